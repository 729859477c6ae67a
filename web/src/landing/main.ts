import { startFace } from '../shared/start.ts';
import LandingPage from './LandingPage.vue';

startFace(LandingPage, [{ path: '/:rest(.*)*', component: LandingPage }]);
