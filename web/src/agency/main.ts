import { startFace } from '../shared/start.ts';
import AgencyPage from './AgencyPage.vue';

startFace(AgencyPage, [{ path: '/:rest(.*)*', component: AgencyPage }]);
