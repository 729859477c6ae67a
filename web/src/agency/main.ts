import { startFace } from '../shared/start.ts';
import AgencyApp from './AgencyApp.vue';
import { keepProgramme } from './programme.ts';
import { agencyRoutes } from './routes.ts';

startFace(AgencyApp, agencyRoutes, keepProgramme);
