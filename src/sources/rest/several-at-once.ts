import { collectAll } from '../collect-all';

/**
 * What `load` gives for each item, in the order of the items, for `atOnce` items at a time. What is loaded ahead is held in
 * memory. The first failure ends it.
 */
export async function* severalAtOnce<Item, T>(
  items: readonly Item[],
  atOnce: number,
  load: (item: Item) => AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  if (atOnce === 1) {
    for (const item of items) yield* load(item);
    return;
  }
  const waiting = items[Symbol.iterator]();
  const underway: Promise<readonly T[]>[] = [];
  const begin = (): void => {
    const { value: item, done } = waiting.next();
    if (done) return;
    const loading = collectAll(load(item));
    // a failure reaches the one who awaits this; after an earlier failure nobody does
    loading.catch(() => {});
    underway.push(loading);
  };
  for (let begun = 0; begun < atOnce; begun += 1) begin();
  try {
    for (let first = underway.shift(); first !== undefined; first = underway.shift()) {
      const pages = await first;
      begin();
      yield* pages;
    }
  } finally {
    await Promise.allSettled(underway);
  }
}
