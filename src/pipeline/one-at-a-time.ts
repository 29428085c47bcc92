/** Someone who has a key, or waits for it. */
interface Holder {
  readonly load: string;
  readonly left: Promise<void>;
}

const holders = new Map<string, Set<Holder>>();

interface Turn {
  /** All are taken at once, so that two who want the same ones never wait for each other. */
  readonly keys: readonly string[];
  /** Who takes them. */
  readonly load: string;
  /** Whether another holder of the same load isn't waited for: it has been replaced, and can't commit any more. @default false */
  readonly overtakes?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Runs work when everyone in this process who took one of its keys before has left; it is told whether there was anyone.
 * @throws the signal's reason if it is aborted while waiting
 */
export async function oneAtATime<T>(turn: Turn, work: (waited: boolean) => Promise<T>): Promise<T> {
  const { keys, load, overtakes = false, signal } = turn;
  let leave = (): void => {};
  const mine: Holder = {
    load,
    left: new Promise((resolve) => {
      leave = resolve;
    }),
  };
  const before = keys
    .flatMap((key) => [...(holders.get(key) ?? [])])
    .filter((holder) => !(overtakes && holder.load === load))
    .map(({ left }) => left);
  for (const key of keys) holders.set(key, (holders.get(key) ?? new Set()).add(mine));
  try {
    if (before.length > 0) await unlessAborted(Promise.all(before), signal);
    return await work(before.length > 0);
  } finally {
    for (const key of keys) {
      const left = holders.get(key);
      left?.delete(mine);
      if (left?.size === 0) holders.delete(key);
    }
    leave();
  }
}

async function unlessAborted(waiting: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([waiting, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
