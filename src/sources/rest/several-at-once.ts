import { collectAll } from '../collect-all';

/**
 * What `load` gives for each item, in the order of the items, with so many under way at once. What is ahead is held in
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
    // whoever awaits it hears of a failure; nobody may, after an earlier one
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
