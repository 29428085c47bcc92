import type { Body, Expression, FromItem, Query, Select, SelectItem, TablePath } from './ast';
import { isName } from './lexer';
import { parseExpression, parseOrderBy } from './parse-expression';
import type { TokenReader } from './token-reader';

/** A query, with what stands before and after its SELECTs. */
export function parseQuery(reader: TokenReader): Query {
  const withs = reader.took('WITH')
    ? reader.list(() => {
        const { at } = reader;
        const name = reader.name();
        reader.expect('AS', '(');
        const query = parseQuery(reader);
        reader.expect(')');
        return { name, query, at };
      })
    : [];
  const body = setOperation(reader);
  const orderBy = parseOrderBy(reader);
  const limit = reader.took('LIMIT') ? parseExpression(reader) : undefined;
  const offset = limit !== undefined && reader.took('OFFSET') ? parseExpression(reader) : undefined;
  return { withs, body, orderBy, limit, offset };
}

function setOperation(reader: TokenReader): Body {
  let left = operand(reader);
  let before: string | undefined;
  for (;;) {
    const { at } = reader;
    const operator = (['UNION', 'INTERSECT', 'EXCEPT'] as const).find((each) => reader.took(each));
    if (operator === undefined) return left;
    const all = reader.took('ALL');
    if (!all && !reader.took('DISTINCT'))
      throw reader.unexpected('Expected keyword ALL or keyword DISTINCT but got');
    const kind = `${operator} ${all}`;
    if (before !== undefined && before !== kind)
      throw reader.syntaxError(
        'Different set operations cannot be used in the same query without using parentheses for grouping',
        at,
      );
    before = kind;
    left = { kind: 'set', operator, all, left, right: operand(reader), at };
  }
}

function operand(reader: TokenReader): Body {
  const { at } = reader;
  if (!reader.took('(')) return select(reader);
  const query = parseQuery(reader);
  reader.expect(')');
  return { kind: 'query', query, at };
}

function select(reader: TokenReader): Select {
  const { at } = reader;
  reader.expect('SELECT');
  const distinct = reader.took('DISTINCT');
  if (!distinct) reader.took('ALL');
  const items: SelectItem[] = [selectItem(reader)];
  // a comma may stand after the last one
  while (reader.took(',')) {
    if (reader.is('FROM')) break;
    items.push(selectItem(reader));
  }
  const from = reader.took('FROM') ? parseFrom(reader) : undefined;
  const clause = (word: string): Expression | undefined =>
    reader.took(word) ? parseExpression(reader) : undefined;
  if (from === undefined && (reader.is('WHERE') || reader.is('GROUP')))
    throw reader.syntaxError(`Query without FROM clause cannot have a ${reader.peek().key} clause`);
  const where = clause('WHERE');
  const groupBy = reader.took('GROUP', 'BY') ? reader.list(() => parseExpression(reader)) : [];
  const having = clause('HAVING');
  const qualify = clause('QUALIFY');
  return { kind: 'select', distinct, items, from, where, groupBy, having, qualify, at };
}

function selectItem(reader: TokenReader): SelectItem {
  const { at } = reader;
  if (reader.took('*')) return { kind: 'star', of: undefined, except: exceptOf(reader), at };
  const of = parseExpression(reader);
  if (reader.took('.', '*')) return { kind: 'star', of, except: exceptOf(reader), at };
  return { kind: 'column', of, alias: aliasOf(reader), at };
}

function exceptOf(reader: TokenReader): readonly string[] {
  return reader.is('EXCEPT', '(') && reader.took('EXCEPT') ? reader.parenthesized(() => reader.name()) : [];
}

/** `AS name`, or a name alone. */
export function aliasOf(reader: TokenReader): string | undefined {
  if (reader.took('AS')) return reader.name();
  return isName(reader.peek()) && !reader.is('QUALIFY') ? reader.name() : undefined;
}

export function parseFrom(reader: TokenReader): FromItem {
  let left = fromItem(reader);
  for (;;) {
    const { at } = reader;
    const how = reader.took(',') ? 'CROSS' : joinOf(reader);
    if (how === undefined) return left;
    const right = fromItem(reader);
    if (how === 'CROSS') {
      left = { kind: 'join', how, left, right, on: undefined, using: [], at };
      continue;
    }
    const using = reader.took('USING') ? reader.parenthesized(() => reader.name()) : [];
    const on = using.length === 0 && reader.took('ON') ? parseExpression(reader) : undefined;
    if (using.length === 0 && on === undefined)
      throw reader.unexpected('Expected keyword ON or USING but got');
    left = { kind: 'join', how, left, right, on, using, at };
  }
}

function joinOf(reader: TokenReader): 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | undefined {
  if (reader.took('CROSS', 'JOIN')) return 'CROSS';
  if (reader.took('JOIN') || reader.took('INNER', 'JOIN')) return 'INNER';
  const outer = (['LEFT', 'RIGHT', 'FULL'] as const).find((each) => reader.took(each));
  if (outer === undefined) return undefined;
  reader.took('OUTER');
  reader.expect('JOIN');
  return outer;
}

function fromItem(reader: TokenReader): FromItem {
  const { at } = reader;
  if (reader.took('(')) {
    if (reader.is('SELECT') || reader.is('WITH') || reader.is('(')) {
      const query = parseQuery(reader);
      reader.expect(')');
      return { kind: 'derived', query, alias: aliasOf(reader), at };
    }
    const inner = parseFrom(reader);
    reader.expect(')');
    return inner;
  }
  return { kind: 'table', table: parseTablePath(reader), alias: aliasOf(reader) };
}

/** The name of a table: one pair of backticks may hold its dots. */
export function parseTablePath(reader: TokenReader): TablePath {
  const { at } = reader;
  const names: string[] = [];
  const add = (isQuoted: boolean, name: string): void => {
    names.push(...(isQuoted ? name.split('.') : [name]));
  };
  add(reader.peek().kind === 'quoted', reader.name());
  while (reader.took('.')) add(reader.peek().kind === 'quoted', reader.nameAfterDot());
  if (names.some((name) => name === '')) throw reader.syntaxError('Invalid empty identifier', at);
  return { names, at };
}
