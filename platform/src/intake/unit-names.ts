import type { IntakeDeps } from './model.ts';

/** Time first, then eight random bytes: names what one unit of work writes. */
export function unitNamed({ clock, random }: Pick<IntakeDeps, 'clock' | 'random'>, kind: string): string {
  return `${clock.now().toString(36).padStart(9, '0')}_${kind}_${Buffer.from(random.bytes(8)).toString('hex')}`;
}
