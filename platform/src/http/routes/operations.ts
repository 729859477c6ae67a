import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** 运行: what an operator asks of the running process. */
export function operationsRoutes({ intake }: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/operations/steps',
      summary: 'Where the time of the intake went since the start: milliseconds by step',
      roles: ['operator'],
      handle: () => Promise.resolve(intake.steps.totals()),
    }),
  ];
}
