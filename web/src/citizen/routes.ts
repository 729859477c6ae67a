import type { RouteRecordRaw } from 'vue-router';
import TodayPage from './today/TodayPage.vue';

/** Addresses of the citizen's face. What is not needed for the first look is fetched when it is opened. */
export const citizenRoutes: readonly RouteRecordRaw[] = [
  { path: '/', redirect: '/today' },
  { path: '/today', component: TodayPage },
  { path: '/days/:day', component: () => import('./today/DayPage.vue'), props: true },
  { path: '/trips', component: () => import('./trips/TripsPage.vue') },
  { path: '/trips/:day/:activity', component: () => import('./trips/TripPage.vue'), props: true },
  { path: '/records/:record', component: () => import('./record/RecordPage.vue'), props: true },
  { path: '/proof', component: () => import('./proof/ProofPage.vue') },
  { path: '/proof/verify', component: () => import('./proof/VerifyFilePage.vue') },
  { path: '/proof/methodologies', component: () => import('./proof/MethodologiesPage.vue') },
  { path: '/proof/methodologies/:methodology', component: () => import('./proof/MethodologyPage.vue'), props: true },
  { path: '/wallet', component: () => import('./wallet/WalletPage.vue') },
  { path: '/wallet/bind', component: () => import('./wallet/BindWalletPage.vue') },
  { path: '/wallet/unbind', component: () => import('./wallet/UnbindWalletPage.vue') },
  { path: '/wallet/redeem', component: () => import('./wallet/RedeemPage.vue') },
  { path: '/wallet/redemptions/:redemption', component: () => import('./wallet/RedemptionPage.vue'), props: true },
  { path: '/mine', component: () => import('./mine/MinePage.vue') },
  { path: '/mine/accounts', component: () => import('./mine/AccountsPage.vue') },
  { path: '/mine/accounts/bind', component: () => import('./mine/BindAccountPage.vue') },
  { path: '/mine/accounts/:account/withdraw', component: () => import('./mine/WithdrawPage.vue'), props: true },
  { path: '/mine/looks', component: () => import('./mine/LooksPage.vue') },
  { path: '/mine/appeals', component: () => import('./mine/AppealsPage.vue') },
  { path: '/mine/appeals/new/:day/:activity', component: () => import('./mine/NewAppealPage.vue'), props: true },
  { path: '/mine/export', component: () => import('./mine/ExportPage.vue') },
  { path: '/mine/erase', component: () => import('./mine/ErasePage.vue') },
  { path: '/:rest(.*)*', redirect: '/today' },
];
