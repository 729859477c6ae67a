import { SingleBar } from 'cli-progress';

/** 进度: two stretches, one after the other: reading and sorting the files, then sending their records. Silent where nobody watches. */
export interface Progress {
  read(bytes: number): void;
  /** All is read: this many records go out. */
  startSending(records: number): void;
  sent(records: number): void;
  stop(): void;
}

const silent: Progress = { read() {}, startSending() {}, sent() {}, stop() {} };

export function showProgress(options: { readonly totalBytes: number; readonly isShown: boolean }): Progress {
  if (!options.isShown) return silent;
  let bar = begin('reading', options.totalBytes, 'bytes');
  return {
    read(bytes) {
      bar.increment(bytes);
    },
    startSending(records) {
      bar.stop();
      bar = begin('sending', records, 'records');
    },
    sent(records) {
      bar.increment(records);
    },
    stop() {
      bar.stop();
    },
  };
}

/** 进度 of an undo: units of work that were taken back. */
export function showUndoing(batches: number): { set(done: number): void; stop(): void } {
  const bar = begin('undoing', batches, 'batches');
  return {
    set(done) {
      bar.update(done);
    },
    stop() {
      bar.stop();
    },
  };
}

function begin(name: string, total: number, unit: string): SingleBar {
  const bar = new SingleBar({
    format: `${name} [{bar}] {percentage}% {value}/{total} ${unit}, {eta_formatted} left`,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return bar;
}
