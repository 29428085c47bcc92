import type { AlterAction, Expression, Option, PartitionBy, Statement } from './ast';
import { parseExpression } from './parse-expression';
import { parseQuery, parseTablePath } from './parse-query';
import { parseType } from './parse-type';
import type { TokenReader } from './token-reader';
import type { Column } from './types';

export function parseCreateTable(reader: TokenReader, at: number): Statement {
  reader.expect('CREATE');
  const replace = reader.took('OR', 'REPLACE');
  const temporary = reader.took('TEMP') || reader.took('TEMPORARY');
  reader.expect('TABLE');
  const ifNotExists = reader.took('IF', 'NOT', 'EXISTS');
  const table = parseTablePath(reader);
  const columns = reader.is('(') ? reader.parenthesized(() => columnOf(reader)) : undefined;
  const partitionBy = reader.took('PARTITION', 'BY') ? partition(reader) : undefined;
  const clusterBy = reader.took('CLUSTER', 'BY') ? reader.list(() => reader.name()) : [];
  const options = reader.is('OPTIONS') ? optionList(reader) : [];
  const query = reader.took('AS') ? parseQuery(reader) : undefined;
  if (columns === undefined && query === undefined)
    throw reader.syntaxError('No column definitions and no query', at);
  return {
    kind: 'createTable',
    table,
    temporary,
    replace,
    ifNotExists,
    columns,
    partitionBy,
    clusterBy,
    options,
    query,
    at,
  };
}

function columnOf(reader: TokenReader): Column {
  const name = reader.name();
  const type = parseType(reader);
  const required = reader.took('NOT', 'NULL');
  const options = reader.is('OPTIONS') ? optionList(reader) : [];
  const description = options.map((option) => {
    if (option.name !== 'description') throw unknownOption(reader, option);
    return textOf(reader, option);
  })[0];
  return { name, required, ...type, description };
}

function partition(reader: TokenReader): PartitionBy {
  const { at } = reader;
  if (reader.took('RANGE_BUCKET', '(')) {
    const column = reader.name();
    reader.expect(',', 'GENERATE_ARRAY', '(');
    const [start, end, step] = reader.list(() => signedInteger(reader));
    reader.expect(')', ')');
    if (step === undefined) throw reader.syntaxError('GENERATE_ARRAY needs a start, an end and a step', at);
    return { column, by: 'RANGE', range: [start!, end!, step] };
  }
  const wrapper = ['DATE', 'TIMESTAMP_TRUNC', 'DATETIME_TRUNC', 'DATE_TRUNC'].find((each) =>
    reader.took(each, '('),
  );
  const column = reader.name();
  if (wrapper === undefined) return { column, by: 'DAY', range: undefined };
  let by: PartitionBy['by'] = 'DAY';
  if (wrapper !== 'DATE') {
    reader.expect(',');
    const unit = (['DAY', 'HOUR', 'MONTH', 'YEAR'] as const).find((each) => reader.took(each));
    if (unit === undefined) throw reader.unexpected('Unexpected');
    by = unit;
  }
  reader.expect(')');
  return { column, by, range: undefined };
}

function signedInteger(reader: TokenReader): string {
  const value = parseExpression(reader);
  if (value.kind !== 'literal' || value.type !== 'INT64')
    throw reader.syntaxError('Expected an integer literal', value.at);
  return value.text;
}

function optionList(reader: TokenReader): readonly Option[] {
  reader.expect('OPTIONS');
  return reader.parenthesized(() => {
    const { at } = reader;
    const name = reader.name().toLowerCase();
    reader.expect('=');
    if (!reader.took('[')) return { name, value: parseExpression(reader), at };
    const pairs: (readonly [string, string])[] = [];
    if (!reader.is(']')) pairs.push(...reader.list(() => pair(reader)));
    reader.expect(']');
    return { name, value: pairs, at };
  });
}

function pair(reader: TokenReader): readonly [string, string] {
  reader.expect('(');
  const [key, value] = reader.list(() => parseExpression(reader));
  reader.expect(')');
  return [stringOf(reader, key), stringOf(reader, value)];
}

function stringOf(reader: TokenReader, value: Expression | undefined): string {
  if (value?.kind !== 'literal' || value.type !== 'STRING')
    throw reader.syntaxError('Expected a string literal', value?.at);
  return value.text;
}

export function textOf(reader: Pick<TokenReader, 'syntaxError'>, { value, at }: Option): string {
  if (!('kind' in value) || value.kind !== 'literal' || value.type !== 'STRING')
    throw reader.syntaxError('Expected a string literal', at);
  return value.text;
}

const unknownOption = (reader: TokenReader, { name, at }: Option): Error =>
  reader.syntaxError(`Unknown option: ${name}`, at);

export function parseAlterTable(reader: TokenReader, at: number): Statement {
  reader.expect('ALTER', 'TABLE');
  const ifExists = reader.took('IF', 'EXISTS');
  const table = parseTablePath(reader);
  return { kind: 'alterTable', table, ifExists, actions: reader.list(() => alterAction(reader)), at };
}

function alterAction(reader: TokenReader): AlterAction {
  if (reader.took('ADD', 'COLUMN')) {
    const ifNotExists = reader.took('IF', 'NOT', 'EXISTS');
    return { kind: 'addColumn', ifNotExists, column: columnOf(reader) };
  }
  if (reader.took('DROP', 'COLUMN')) {
    const ifExists = reader.took('IF', 'EXISTS');
    return { kind: 'dropColumn', ifExists, name: reader.name() };
  }
  if (reader.took('SET')) return { kind: 'setOptions', options: optionList(reader) };
  reader.expect('ALTER', 'COLUMN');
  const name = reader.name();
  if (reader.took('DROP', 'NOT', 'NULL')) return { kind: 'dropNotNull', name };
  reader.expect('SET', 'DATA', 'TYPE');
  return { kind: 'setType', name, to: parseType(reader) };
}

export function parseDropTable(reader: TokenReader, at: number): Statement {
  reader.expect('DROP', 'TABLE');
  const ifExists = reader.took('IF', 'EXISTS');
  return { kind: 'dropTable', table: parseTablePath(reader), ifExists, at };
}
