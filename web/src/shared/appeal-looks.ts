import type { AppealView } from '@tanhui/sdk/client';

/** How far an appeal 申诉 has come, as icon and colour; each face has its own word for it. */
export const appealLooks = {
  open: { tone: 'look', icon: 'clock' },
  upheld: { tone: 'plain', icon: 'seal' },
  declined: { tone: 'plain', icon: 'no' },
} as const satisfies Record<AppealView['status'], unknown>;
