/** Where a torture test may kill the process, in the order of the commit. */
export type FailpointName =
  /** Only where rows are brought by a job of the database: after it, before the commit begins. */
  | 'after-load-job'
  /** Only where a transaction is run as one script: after what it is planned from was read. */
  | 'after-read'
  /** Only where rows are brought before the lock is taken. */
  | 'after-stage'
  | 'after-begin'
  | 'after-ddl'
  | 'after-delete'
  | 'after-insert'
  | 'after-state'
  | 'before-commit'
  /** Only where a transaction is run as one script: it is committed, and what waited in tables is still there. */
  | 'after-script'
  | 'after-commit'
  | 'before-ack';

let armed: string | undefined;

/** Arms one failpoint for the life of the process; `undefined` disarms. Only tests set it, by `TIDEMARK_FAILPOINT`. */
export function armFailpoint(name: string | undefined): void {
  armed = name === '' ? undefined : name;
}

/** Shared by every copy of this module in the process: a destination's own file may have been loaded with another. */
const LISTENER = Symbol.for('tidemark.failpoint');

type Listener = (name: FailpointName) => void;

const listeners = globalThis as { [LISTENER]?: Listener | undefined };

/** Runs work whose commits tell each point that they come to; what the listener throws, they fail with. One at a time. */
export async function listening<T>(listener: Listener, work: () => Promise<T>): Promise<T> {
  listeners[LISTENER] = listener;
  try {
    return await work();
  } finally {
    listeners[LISTENER] = undefined;
  }
}

/** Ends the process as a power cut would, if this point is the armed one. */
export function failpoint(name: FailpointName): void {
  listeners[LISTENER]?.(name);
  if (armed !== name) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing may run before it arrives.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
