import { redactData } from '../../redaction';

/** `12345` → `12,345`. */
export function formatCount(value: number | bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 row`, `2 rows`, with the count's digits grouped. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A length of time as a person says it: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `2023-02-05T00:00:00Z` → `2023-02-05`; an instant that isn't midnight UTC keeps its time. */
export function formatInstant(iso: string): string {
  return /T00:00(:00(\.0+)?)?Z$/.test(iso) ? iso.slice(0, iso.indexOf('T')) : iso.replace(/\.0+Z$/, 'Z');
}

/** A half-open interval, `[2023-02-05, 2023-02-12)`; a run without one is `–`. */
export function formatInterval(
  interval: { readonly start: string; readonly end: string } | undefined,
): string {
  return interval ? `[${formatInstant(interval.start)}, ${formatInstant(interval.end)})` : '–';
}

/** Any value of a query's result as one line of a table cell. */
export function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  return saysItself(value) ? String(value) : toJsonText(value);
}

/** Whether a value has a text of its own, as timestamps and decimals have. */
function saysItself(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value) && String(value) !== '[object Object]';
}

/** JSON in which a bigint is written as its digits, beyond 2^53 too. */
export function toJsonText(value: unknown, indent?: number): string {
  const marks: string[] = [];
  const marked = JSON.stringify(
    // before it is text: cut out of JSON, a number or a quote would leave none
    // all of it is the result, however much it is
    redactData(value, Number.POSITIVE_INFINITY),
    (_key, item: unknown) => {
      if (typeof item !== 'bigint') return item;
      marks.push(item.toString());
      return `\u0000bigint:${marks.length - 1}`;
    },
    indent,
  );
  return (marked ?? 'null').replace(/"\\u0000bigint:(\d+)"/g, (_all, index: string) => marks[Number(index)]!);
}
