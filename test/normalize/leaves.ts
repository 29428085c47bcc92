import { parseJsonExactly } from '../../src/http';
import { parseIsoTimestamp } from '../../src/normalize/iso-time';
import { isBlank, normalizePath } from '../../src/schema';
import { Decimal, Timestamp } from '../../src/value';
import type { Row, Tables } from './load-rows';

/**
 * What a page holds, value by value: each with the names and list places that lead to it. A page and the tables that were
 * made of it have the same leaves, whatever columns and variants the values went to.
 */
export function leavesOfPage(page: readonly unknown[]): string[] {
  return page.map((item) => [...walk(item, [])].sort().join('\n'));
}

/** The same of the rows of `root` in their order, with what hangs below them. */
export function leavesOfTables(tables: Tables, root: string): string[] {
  const children = new Map<unknown, { name: string; row: Row }[]>();
  for (const [name, rows] of Object.entries(tables))
    for (const row of rows) {
      const parent = row._dlt_parent_id;
      if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), { name, row }]);
    }
  const below = (table: string, row: Row, at: readonly string[], into: Set<string>): Set<string> => {
    for (const [column, value] of Object.entries(row))
      if (!/^_(dlt_|load$)/.test(column)) walk(value, [...at, ...tokens(column)], into);
    for (const child of children.get(row._dlt_id) ?? []) {
      const list = tokens(child.name.slice(table.length + 2));
      below(child.name, child.row, [...at, ...list, `[${Number(child.row._dlt_list_idx)}]`], into);
    }
    return into;
  };
  return (tables[root] ?? []).map((row) => [...below(root, row, [], new Set())].sort().join('\n'));
}

const VARIANT = /^v_([0-9a-f]{8}|text|double|bool|timestamp|bigint|binary|json|decimal|wei|date|time)$/;

function tokens(name: string): string[] {
  return name.split('__').filter((part) => !VARIANT.test(part));
}

const nameOf = (key: string): string => (isBlank(key) ? '' : normalizePath(key)) || '_empty';

function walk(value: unknown, at: readonly string[], into: Set<string> = new Set()): Set<string> {
  const nested = typeof value === 'string' ? textAsJson(value) : value;
  if (nested === null || nested === undefined) return into;
  if (Array.isArray(nested)) {
    for (const [index, item] of nested.entries()) walk(item, [...at, `[${index}]`], into);
    return into;
  }
  if (typeof nested === 'object' && !(nested instanceof Timestamp) && !(nested instanceof Decimal)) {
    for (const [key, field] of Object.entries(nested)) walk(field, [...at, ...tokens(nameOf(key))], into);
    return into;
  }
  return into.add(`${place(at)}=${meaning(nested)}`);
}

/** The column of a list of scalars is `value`, and that of a list in a list `list`: the place alone tells where a value was. */
function place(at: readonly string[]): string {
  return at
    .filter(
      (token, index) => !((token === 'value' || token === 'list') && (at[index - 1] ?? '[').startsWith('[')),
    )
    .join('.');
}

/** A json column takes a text that is JSON, and a text column takes JSON as its text. */
function textAsJson(text: string): unknown {
  if (!/^[[{"]/.test(text)) return text;
  try {
    return parseJsonExactly(text);
  } catch {
    return text;
  }
}

/** Equal for values that are one: a number and its own text, an instant however it is written. */
function meaning(value: unknown): string {
  if (value instanceof Timestamp) return `instant ${value.micros}`;
  if (typeof value === 'number') return number(value);
  const text = value instanceof Decimal ? value.text : String(value);
  if (/^-?\d+(\.\d+)?e[+-]?\d+$/.test(text)) return number(Number(text));
  const instant = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) * 1000 : parseIsoTimestamp(text);
  return instant === undefined || Number.isNaN(instant) ? text : `instant ${instant}`;
}

const number = (value: number): string =>
  Number.isInteger(value) ? BigInt(value).toString() : String(value);
