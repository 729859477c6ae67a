import type { RouteRecordRaw } from 'vue-router';
import DayPage from './day/DayPage.vue';

/** Addresses of the agency's console: each can be sent to a colleague. */
export const agencyRoutes: readonly RouteRecordRaw[] = [
  { path: '/', redirect: '/day' },
  { path: '/day/:day?', component: DayPage, props: true },
  { path: '/batches/:day?', component: () => import('./ledger/BatchesPage.vue'), props: true },
  { path: '/batches/of/:batch', component: () => import('./ledger/BatchPage.vue'), props: true },
  { path: '/blocks', component: () => import('./ledger/BlocksPage.vue') },
  { path: '/blocks/:number', component: () => import('./ledger/BlockPage.vue'), props: true },
  { path: '/records/:record?', component: () => import('./ledger/RecordPage.vue'), props: true },
  { path: '/refusals/:day?/:code?', component: () => import('./RefusalsPage.vue'), props: true },
  { path: '/appeals', component: () => import('./appeals/AppealsPage.vue'), props: { state: 'open' } },
  { path: '/appeals/decided', component: () => import('./appeals/AppealsPage.vue'), props: { state: 'decided' } },
  { path: '/appeals/:appeal', component: () => import('./appeals/AppealPage.vue'), props: true },
  { path: '/methodologies', component: () => import('./MethodologiesPage.vue') },
  { path: '/methodologies/:methodology', component: () => import('./MethodologyPage.vue'), props: true },
  { path: '/money', component: () => import('./money/MoneyPage.vue') },
  { path: '/reconciliation/:day?', component: () => import('./money/ReconciliationPage.vue'), props: true },
  { path: '/reconciliation/reports/:report', component: () => import('./money/ReportPage.vue'), props: true },
  { path: '/reconciliation/settlements/:day?', component: () => import('./money/SettlementsPage.vue'), props: true },
  {
    path: '/reconciliation/settlements/:day/:settlement',
    component: () => import('./money/SettlementPage.vue'),
    props: true,
  },
  { path: '/operations', component: () => import('./operations/OperationsPage.vue') },
  { path: '/trail/:day?', component: () => import('./TrailPage.vue'), props: true },
  { path: '/:rest(.*)*', redirect: '/day' },
];
