import type { Assignment, Expression, InsertSource, MergeClause, Statement } from './ast';
import { isName } from './lexer';
import { parseAlterTable, parseCreateTable, parseDropTable } from './parse-ddl';
import { parseExpression } from './parse-expression';
import { aliasOf, parseFrom, parseQuery, parseTablePath } from './parse-query';
import { parseType } from './parse-type';
import { TokenReader } from './token-reader';

/** A script, or a single statement. @throws ApiError invalidQuery */
export function parseScript(sql: string): readonly Statement[] {
  const reader = new TokenReader(sql);
  const statements = statementsUntil(reader, () => reader.peek().kind === 'end');
  if (statements.length === 0) throw reader.unexpected('Unexpected');
  const late = statements.findIndex(
    ({ kind }, index) => kind === 'declare' && statements.slice(0, index).some((s) => s.kind !== 'declare'),
  );
  if (late >= 0)
    throw reader.syntaxError(
      'Variable declarations are allowed only at the start of a block or script',
      statements[late]!.at,
    );
  return statements;
}

/** Statements with their semicolons; the last one may lack it. */
function statementsUntil(reader: TokenReader, isEnd: () => boolean): Statement[] {
  const statements: Statement[] = [];
  while (reader.took(';'));
  while (!isEnd()) {
    statements.push(statement(reader));
    if (!isEnd()) reader.expect(';');
    while (reader.took(';'));
  }
  return statements;
}

const READERS: Readonly<Record<string, (reader: TokenReader, at: number) => Statement>> = {
  SELECT: query,
  WITH: query,
  '(': query,
  INSERT: insert,
  UPDATE: update,
  DELETE: remove,
  MERGE: merge,
  TRUNCATE: truncate,
  CREATE: parseCreateTable,
  ALTER: parseAlterTable,
  DROP: parseDropTable,
  DECLARE: declare,
  SET: set,
  IF: ifOf,
  RAISE: raise,
  BEGIN: begin,
  COMMIT: (reader, at) => transactionEnd(reader, at),
  ROLLBACK: (reader, at) => transactionEnd(reader, at),
};

function statement(reader: TokenReader): Statement {
  const read = READERS[reader.peek().key];
  if (read === undefined) throw reader.unexpected('Unexpected');
  return read(reader, reader.at);
}

function query(reader: TokenReader, at: number): Statement {
  return { kind: 'query', query: parseQuery(reader), at };
}

function insert(reader: TokenReader, at: number): Statement {
  reader.expect('INSERT');
  reader.took('INTO');
  const table = parseTablePath(reader);
  const columns = reader.is('(') ? reader.parenthesized(() => reader.name()) : undefined;
  return { kind: 'insert', table, columns, source: insertSource(reader), at };
}

function insertSource(reader: TokenReader): InsertSource {
  if (!reader.took('VALUES')) return parseQuery(reader);
  return { kind: 'values', rows: reader.list(() => reader.parenthesized(() => parseExpression(reader))) };
}

const targetAlias = (reader: TokenReader): string | undefined =>
  reader.is('SET') || reader.is('WHERE') ? undefined : aliasOf(reader);

function update(reader: TokenReader, at: number): Statement {
  reader.expect('UPDATE');
  const table = parseTablePath(reader);
  const alias = targetAlias(reader);
  reader.expect('SET');
  const assigned = reader.list(() => assignment(reader));
  const from = reader.took('FROM') ? parseFrom(reader) : undefined;
  if (!reader.took('WHERE')) throw reader.syntaxError('UPDATE must have a WHERE clause', at);
  return { kind: 'update', table, alias, set: assigned, from, where: parseExpression(reader), at };
}

function assignment(reader: TokenReader): Assignment {
  const { at } = reader;
  const names = [reader.name()];
  while (reader.took('.')) names.push(reader.nameAfterDot());
  if (names.length > 2) throw reader.syntaxError('The fake assigns no fields of records', at);
  reader.expect('=');
  return { column: names.at(-1)!, qualified: names.length > 1, value: parseExpression(reader), at };
}

function remove(reader: TokenReader, at: number): Statement {
  reader.expect('DELETE');
  reader.took('FROM');
  const table = parseTablePath(reader);
  const alias = targetAlias(reader);
  if (!reader.took('WHERE')) throw reader.syntaxError('DELETE must have a WHERE clause', at);
  return { kind: 'delete', table, alias, where: parseExpression(reader), at };
}

function merge(reader: TokenReader, at: number): Statement {
  reader.expect('MERGE');
  reader.took('INTO');
  const table = parseTablePath(reader);
  const alias = reader.is('USING') ? undefined : aliasOf(reader);
  reader.expect('USING');
  const using = parseFrom(reader);
  reader.expect('ON');
  const on = parseExpression(reader);
  const clauses: MergeClause[] = [];
  while (reader.is('WHEN')) clauses.push(mergeClause(reader));
  if (clauses.length === 0) throw reader.unexpected('Expected keyword WHEN but got');
  return { kind: 'merge', table, alias, using, on, clauses, at };
}

function mergeClause(reader: TokenReader): MergeClause {
  const { at } = reader;
  reader.expect('WHEN');
  const when = reader.took('MATCHED')
    ? 'MATCHED'
    : reader.took('NOT', 'MATCHED', 'BY', 'SOURCE')
      ? 'NOT MATCHED BY SOURCE'
      : 'NOT MATCHED';
  if (when === 'NOT MATCHED' && !reader.took('NOT', 'MATCHED', 'BY', 'TARGET'))
    reader.expect('NOT', 'MATCHED');
  const condition = reader.took('AND') ? parseExpression(reader) : undefined;
  reader.expect('THEN');
  if (when === 'NOT MATCHED') return { when, and: condition, action: mergeInsert(reader), at };
  if (reader.took('DELETE')) return { when, and: condition, action: { kind: 'delete' }, at };
  reader.expect('UPDATE', 'SET');
  const assigned = reader.list(() => assignment(reader));
  return { when, and: condition, action: { kind: 'update', set: assigned }, at };
}

function mergeInsert(reader: TokenReader): MergeClause['action'] {
  reader.expect('INSERT');
  if (reader.took('ROW')) return { kind: 'insert', columns: undefined, values: undefined };
  const columns = reader.is('(') ? reader.parenthesized(() => reader.name()) : undefined;
  if (reader.took('ROW')) return { kind: 'insert', columns, values: undefined };
  reader.expect('VALUES');
  return { kind: 'insert', columns, values: reader.parenthesized(() => parseExpression(reader)) };
}

function truncate(reader: TokenReader, at: number): Statement {
  reader.expect('TRUNCATE', 'TABLE');
  return { kind: 'truncate', table: parseTablePath(reader), at };
}

function declare(reader: TokenReader, at: number): Statement {
  reader.expect('DECLARE');
  const names = reader.list(() => reader.name());
  const type = isName(reader.peek()) ? parseType(reader).type.name : undefined;
  const value = reader.took('DEFAULT') ? parseExpression(reader) : undefined;
  if (type === undefined && value === undefined) throw reader.unexpected('Unexpected');
  return { kind: 'declare', names, type: type === 'STRUCT' ? undefined : type, value, at };
}

function set(reader: TokenReader, at: number): Statement {
  reader.expect('SET');
  const name = reader.name();
  reader.expect('=');
  return { kind: 'set', name, value: parseExpression(reader), at };
}

function ifOf(reader: TokenReader, at: number): Statement {
  reader.expect('IF');
  const branches: { when: Expression; statements: readonly Statement[] }[] = [];
  const isEnd = (): boolean => ['ELSE', 'ELSEIF', 'END'].includes(reader.peek().key);
  do {
    const when = parseExpression(reader);
    reader.expect('THEN');
    branches.push({ when, statements: blockStatements(reader, isEnd) });
  } while (reader.took('ELSEIF'));
  const otherwise = reader.took('ELSE') ? blockStatements(reader, () => reader.is('END')) : [];
  reader.expect('END', 'IF');
  return { kind: 'if', branches, otherwise, at };
}

/** Statements of a block: each has its semicolon. */
function blockStatements(reader: TokenReader, isEnd: () => boolean): Statement[] {
  const statements: Statement[] = [];
  while (!isEnd()) {
    statements.push(statement(reader));
    reader.expect(';');
  }
  return statements;
}

function raise(reader: TokenReader, at: number): Statement {
  reader.expect('RAISE', 'USING', 'MESSAGE', '=');
  return { kind: 'raise', message: parseExpression(reader), at };
}

function begin(reader: TokenReader, at: number): Statement {
  reader.expect('BEGIN');
  if (reader.took('TRANSACTION') || reader.is(';') || reader.peek().kind === 'end')
    return { kind: 'begin', at };
  const statements = blockStatements(reader, () => reader.is('EXCEPTION') || reader.is('END'));
  const handler = reader.took('EXCEPTION', 'WHEN', 'ERROR', 'THEN')
    ? blockStatements(reader, () => reader.is('END'))
    : undefined;
  reader.expect('END');
  return { kind: 'block', statements, handler, at };
}

function transactionEnd(reader: TokenReader, at: number): Statement {
  const kind = reader.take().key === 'COMMIT' ? 'commit' : 'rollback';
  reader.took('TRANSACTION');
  return { kind, at };
}
