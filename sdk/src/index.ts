export * from './model/index.ts';
export * from './plugin/index.ts';
