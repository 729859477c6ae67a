import { createPinia } from 'pinia';
import { createApp } from 'vue';
import '../shared/tokens.css';
import AgencyPage from './AgencyPage.vue';

createApp(AgencyPage).use(createPinia()).mount('#app');
