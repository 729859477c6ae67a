import { startFace } from '../shared/start.ts';
import PartnerApp from './PartnerApp.vue';
import { partnerRoutes } from './routes.ts';

startFace(PartnerApp, partnerRoutes);
