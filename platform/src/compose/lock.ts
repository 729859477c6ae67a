export { lockFile } from '../storage/sqlite/lock.ts';
