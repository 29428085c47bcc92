/** Levels of objects and lists that a row may have: far below where the JavaScript stack ends, far above what APIs send. */
export const MOST_LEVELS = 500;

/** The keys that lead to the first value with more than {@link MOST_LEVELS} levels above it; undefined if there is none. */
export function tooDeepAt(row: unknown): readonly string[] | undefined {
  interface Level {
    readonly value: unknown;
    readonly key: string;
    readonly above: Level | undefined;
    readonly depth: number;
  }
  const waiting: Level[] = [{ value: row, key: '', above: undefined, depth: 0 }];
  for (let level = waiting.pop(); level !== undefined; level = waiting.pop()) {
    const { value, depth } = level;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MOST_LEVELS) {
      const keys: string[] = [];
      for (let at: Level | undefined = level; at?.above !== undefined; at = at.above) keys.unshift(at.key);
      return keys;
    }
    for (const key of Object.keys(value).reverse())
      waiting.push({
        value: (value as Readonly<Record<string, unknown>>)[key],
        key,
        above: level,
        depth: depth + 1,
      });
  }
  return undefined;
}
