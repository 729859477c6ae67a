import type { RouteRecordRaw } from 'vue-router';
import RunsPage from './RunsPage.vue';

export const partnerRoutes: readonly RouteRecordRaw[] = [
  { path: '/', redirect: '/runs' },
  { path: '/runs', component: RunsPage },
  { path: '/runs/:run', component: () => import('./RunPage.vue'), props: true },
  { path: '/send', component: () => import('./SendPage.vue') },
  { path: '/budgets', component: () => import('./budgets/BudgetsPage.vue') },
  { path: '/credentials', component: () => import('./credentials/CredentialsPage.vue') },
  { path: '/credentials/new', component: () => import('./credentials/IssuePage.vue') },
  { path: '/credentials/:credential', component: () => import('./credentials/CredentialPage.vue'), props: true },
  { path: '/:rest(.*)*', redirect: '/runs' },
];
