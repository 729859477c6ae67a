import type { JsonValue } from '@tanhui/sdk/plugin';
import { checkScope } from '../identity/index.ts';
import type { IntakeScope } from '../intake/index.ts';
import { readSettings } from '../plugin-host/index.ts';
import { namedProgramme } from './named-programme.ts';
import type { Actor } from './route.ts';
import type { Services } from './services.ts';

/** What a partner asks the intake to do, before it is checked. */
export interface ScopeRequest {
  readonly source: string;
  readonly programme: string;
  readonly settings: JsonValue;
  readonly run: string;
}

/** Within the credential's scope, a source that is there, a programme that is there, and settings that the source itself accepts. */
export function intakeScope(services: Services, actor: Actor, request: ScopeRequest): IntakeScope {
  const { source } = services.plugins.source(request.source);
  checkScope(actor, { source: source.id, programme: request.programme });
  namedProgramme(services, request.programme);
  return {
    source: source.id,
    programme: request.programme,
    settings: readSettings(source, request.settings),
    run: request.run,
  };
}
