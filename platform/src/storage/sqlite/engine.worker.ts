import { workerData } from 'node:worker_threads';
import { serveThread } from '../../runtime/thread.ts';
import type { EngineOptions } from './engine.ts';
import { openEngine } from './engine.ts';
import { readsFirst } from './overtaking.ts';

serveThread(openEngine(workerData as EngineOptions), { schedule: readsFirst });
