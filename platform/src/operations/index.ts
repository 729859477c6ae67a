export { figuresOf, readBacklog, stuckOf } from './backlog.ts';
export type { Backlog, BacklogFigures } from './backlog.ts';
export { checkIntakeOpen, controls, isIntakePaused, isPaused, listControls, setControl } from './controls.ts';
export type { Control, SwitchDeps } from './controls.ts';
export { operationsRefusals, refuseOperations } from './refusals.ts';
