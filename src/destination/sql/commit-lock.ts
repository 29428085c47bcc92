const tails = new Map<string, Promise<void>>();

/** Runs one piece of work at a time for each key, in the order of asking, within this process. */
export async function withCommitLock<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = tails.get(key) ?? Promise.resolve();
  let release = (): void => {};
  const mine = before.then(() => new Promise<void>((resolve) => (release = resolve)));
  tails.set(key, mine);
  await before;
  try {
    return await work();
  } finally {
    release();
    if (tails.get(key) === mine) tails.delete(key);
  }
}
