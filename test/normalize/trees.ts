import { Decimal } from '../../src/value';
import type { Row, Tables } from './load-rows';

const LINKS = new Set([
  '_dlt_id',
  '_dlt_parent_id',
  '_dlt_root_id',
  '_dlt_load_id',
  '_parent',
  '_root',
  '_load',
]);

/** One line for each root row with all that is nested in it, sorted: equal for equal trees, whatever the order of rows. */
export function treesOfIds(tables: Tables, root: string): string[] {
  const children = (table: string, row: Row): [string, Row[]][] =>
    Object.entries(tables)
      .filter(([name]) => name.startsWith(`${table}__`))
      .map(([name, rows]) => [name, rows.filter((child) => child._dlt_parent_id === row._dlt_id)]);
  return (tables[root] ?? []).map((row) => tree(root, row, children)).sort();
}

/** The same of rows that name their parents by number. */
export function treesOfNumbers(
  tables: Tables,
  parents: Readonly<Record<string, string>>,
  root: string,
): string[] {
  const children = (table: string, row: Row): [string, Row[]][] =>
    Object.entries(tables)
      .filter(([name]) => parents[name] === table)
      .map(([name, rows]) => [
        name,
        rows.filter((child) => child._parent === (tables[table] ?? []).indexOf(row)),
      ]);
  return (tables[root] ?? []).map((row) => tree(root, row, children)).sort();
}

function tree(
  table: string,
  row: Row,
  children: (table: string, row: Row) => [string, Row[]][],
  load = true,
): string {
  const cells = Object.entries(row)
    .filter(([name, value]) => value !== null && value !== undefined && !LINKS.has(name))
    .map(([name, value]) => `${name}=${cell(value)}`)
    .sort();
  if (load) cells.push(`load ${String(row._load)}`);
  const nested = children(table, row)
    .flatMap(([name, rows]) => rows.map((child) => `${name}${tree(name, child, children, false)}`))
    .sort();
  return `{${[...cells, ...nested].join(' ')}}`;
}

/** A value with its type; decimals and integers compare as numbers. */
function cell(value: unknown): string {
  if (value instanceof Decimal) return number(value.text);
  if (typeof value === 'number' || typeof value === 'bigint') return number(String(value));
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  return `${typeof value === 'object' ? (value?.constructor.name ?? '') : ''} ${JSON.stringify(sorted(value))}`;
}

function number(text: string): string {
  return `number ${/^-?\d+$/.test(text) ? BigInt(text) : Number(text)}`;
}

function sorted(value: unknown): unknown {
  if (typeof value === 'bigint') return `integer ${value}`;
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => [key, sorted(field)]),
  );
}
