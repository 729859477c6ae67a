import type { Router } from 'vue-router';
import { programmeShown } from '../shared/api.ts';

/**
 * 所看项目: the programme in the address. Every page of the console reads that one, every link inside keeps it, and an address that is sent to a colleague shows
 * him the same; without one it is the server's own.
 */
export function keepProgramme(router: Router): void {
  router.beforeEach((to, from) => {
    const kept = from.query['programme'];
    if (kept === undefined || to.query['programme'] !== undefined) return true;
    return { ...to, query: { ...to.query, programme: kept } };
  });
  // Before the page is made: what it reads is of the programme that its address names.
  router.beforeResolve((to) => {
    const { programme } = to.query;
    programmeShown.value = typeof programme === 'string' ? programme : undefined;
  });
}
