import { startFace } from '../shared/start.ts';
import AgencyApp from './AgencyApp.vue';
import { agencyRoutes } from './routes.ts';

startFace(AgencyApp, agencyRoutes);
