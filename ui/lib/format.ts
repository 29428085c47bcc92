const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `12345` → `12,345`. */
export function formatCount(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 row`, `2 rows`, with the count's digits grouped. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `12345` → `12.3K`: for axes. */
export function formatShort(value: number): string {
  return SHORT.format(value);
}

/** `3`, `8` → `37%`; of nothing all is done. Never 100% before the end. */
export function formatPercent(part: number, whole: number): string {
  return `${whole <= 0 ? 100 : Math.floor((Math.min(part, whole) / whole) * 100)}%`;
}

/** `a, b and c` */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
