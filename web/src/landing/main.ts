import { createApp } from 'vue';
import '../shared/tokens.css';
import LandingPage from './LandingPage.vue';

createApp(LandingPage).mount('#app');
