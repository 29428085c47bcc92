import { normalizePath } from '../schema';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../value';
import { difference, shortestTime, show } from './compare';
import type { CaseTable } from './read-tables';

type Tables = Readonly<Record<string, CaseTable>>;

/** A text that equal values share: decimals and integers as numbers, absent and null alike. */
export function canonical(value: unknown): unknown {
  if (value instanceof Decimal) return `number ${plainDecimal(value.text)}`;
  if (typeof value === 'bigint' || typeof value === 'number') return `number ${plainDecimal(String(value))}`;
  if (value instanceof Timestamp) return `timestamp ${value.micros}`;
  if (value instanceof PlainDate) return `date ${value.iso}`;
  if (value instanceof PlainTime) return `time ${shortestTime(value)}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`;
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, canonical(one)]),
  );
}

/** `1.50` and `1.5`, `1e3` and `1000` are one number. */
function plainDecimal(text: string): string {
  if (/e/i.test(text)) return String(Number(text));
  const bare = text.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1');
  return bare.includes('.') ? bare.replace(/\.?0+$/, '') : bare;
}

const LINKS = ['_parent', '_root'];
const VALIDITY = ['_dlt_valid_from', '_dlt_valid_to', '_load'];

function without(row: Readonly<Record<string, unknown>>, keys: readonly string[]): unknown {
  return canonical(Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key))));
}

/** What tells a row from another by its content: its own values and those of its ancestors, versions of scd2 alike. */
function signature(tables: Tables, name: string, index: number): string {
  const row = tables[name]?.rows[index];
  if (row === undefined) return 'nowhere';
  const parent = parentTable(tables, name);
  const own = without(row, [...LINKS, ...VALIDITY]);
  return JSON.stringify(
    parent === undefined ? own : [own, signature(tables, parent, Number(row['_parent']))],
  );
}

function parentTable(tables: Tables, name: string): string | undefined {
  const { columns, parent } = tables[name] ?? {};
  if (parent !== undefined) return parent;
  if (!columns?.['_dlt_parent_id']) return undefined;
  const parts = name.split('__');
  for (let length = parts.length - 1; length > 0; length--) {
    const candidate = parts.slice(0, length).join('__');
    if (candidate in tables) return candidate;
  }
  return undefined;
}

function rootTable(tables: Tables, name: string): string {
  const parent = parentTable(tables, name);
  return parent === undefined ? name : rootTable(tables, parent);
}

/** The trees below a row: each child table's rows in a fixed order, with what hangs below them. */
function tree(tables: Tables, name: string, index: number): unknown {
  const row = tables[name]!.rows[index]!;
  const children = Object.keys(tables).filter((other) => parentTable(tables, other) === name);
  const below = children.map((child) => [
    child,
    tables[child]!.rows.flatMap((one, at) =>
      one['_parent'] === index ? [JSON.stringify(tree(tables, child, at))] : [],
    ).sort(),
  ]);
  const root =
    row['_root'] === undefined ? undefined : signature(tables, rootTable(tables, name), Number(row['_root']));
  return [without(row, LINKS), root, below];
}

const isVersioned = (tables: Tables): boolean =>
  Object.values(tables).some((table) => '_dlt_valid_from' in table.columns);

/** Root rows as trees. Versions of scd2 share children by id, so there every row stands with its ancestors' content instead. */
function forest(tables: Tables): Record<string, string[]> {
  const versioned = isVersioned(tables);
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => {
      const parent = parentTable(tables, name);
      const lines = table.rows.map((row, index) => {
        if (!versioned)
          return parent === undefined
            ? JSON.stringify(tree(tables, name, index))
            : String(row['_parent'] !== -1);
        const above = parent === undefined ? undefined : signature(tables, parent, Number(row['_parent']));
        return JSON.stringify([without(row, LINKS), above]);
      });
      return [name, lines.sort()];
    }),
  );
}

/** What differs between two sets of tables: columns, and rows as multisets of trees. */
export function tablesDifference(actual: Tables, given: Tables): string | undefined {
  const expected = normalized(given);
  const names = (tables: Tables): string => Object.keys(tables).sort().join(', ');
  if (names(actual) !== names(expected))
    return `expected the tables ${names(expected)}, got ${names(actual)}`;
  for (const [name, table] of Object.entries(expected)) {
    const found = difference(actual[name]!.columns, table.columns, `${name}.columns`);
    if (found !== undefined) return found;
  }
  const [got, wanted] = [forest(actual), forest(expected)];
  for (const name of Object.keys(expected)) {
    const missing = subtract(wanted[name]!, got[name]!);
    const extra = subtract(got[name]!, wanted[name]!);
    if (missing.length + extra.length > 0)
      return `${name}: missing ${missing.length} (${show(missing[0])}), too many ${extra.length} (${show(extra[0])})`;
  }
  return undefined;
}

/** Tables by the names that they have in a destination, whether a case names them so or as their author did. */
export const normalized = <T>(tables: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(tables).map(([name, table]) => [normalizePath(name), table]));

function subtract(from: readonly string[], what: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const one of what) left.set(one, (left.get(one) ?? 0) + 1);
  return from.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}
