import { startFace } from '../shared/start.ts';
import './citizen.css';
import CitizenApp from './CitizenApp.vue';
import { citizenRoutes } from './routes.ts';

startFace(CitizenApp, citizenRoutes);
