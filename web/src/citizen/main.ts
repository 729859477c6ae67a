import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { createRouter, createWebHashHistory } from 'vue-router';
import '../shared/tokens.css';
import CitizenApp from './CitizenApp.vue';
import ReceiptPage from './ReceiptPage.vue';
import RecordPage from './RecordPage.vue';
import TodayPage from './TodayPage.vue';
import TripsPage from './TripsPage.vue';
import WalletPage from './WalletPage.vue';

const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/today' },
    { path: '/today', component: TodayPage },
    { path: '/trips', component: TripsPage },
    { path: '/records/:record', component: RecordPage, props: true },
    { path: '/records/:record/receipt', component: ReceiptPage, props: true },
    { path: '/wallet', component: WalletPage },
  ],
});

createApp(CitizenApp).use(createPinia()).use(router).mount('#app');
