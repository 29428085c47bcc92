import { aggregate, isAggregate } from './aggregates';
import type { Call } from './ast';
import { castSql, coerced } from './cast';
import { alike, analyze, condition, noSignature, refuseIncomparable, together } from './expression';
import { failure, type Scope } from './scope';
import type { Typed } from './typed';
import { isNumber, type ScalarName, type SqlType, scalar } from './types';

/** DuckDB's SQL for the call of a function. @throws ApiError for one that GoogleSQL or the fake doesn't have */
export function callOf(scope: Scope, call: Call): Typed {
  const { name, at } = call;
  if (isAggregate(name)) return aggregate(scope, call);
  if (call.over !== undefined || call.distinct || call.orderBy.length > 0 || call.ignoreNulls)
    throw failure(scope.env, `Function ${name} is not an aggregate that the fake has`, at);
  if (call.named.length > 0 && name !== 'PARSE_JSON')
    throw failure(
      scope.env,
      `Named argument ${call.named[0]!.name} not found in signature for function ${name}`,
      at,
    );
  const special = SPECIAL[name];
  if (special !== undefined) return special(scope, call);
  const simple = SIMPLE[name];
  if (simple === undefined)
    throw failure(scope.env, `Function not found: ${name} (the fake doesn't have it)`, at);
  const values = call.args.map((each) => analyze(scope, each));
  const optional = simple.optional ?? 0;
  const fits = values.length <= simple.takes.length && values.length >= simple.takes.length - optional;
  const sqls = fits
    ? values.map((value, index) => coerced(value, scalar(simple.takes[index]!)))
    : [undefined];
  if (sqls.includes(undefined)) throw noSignature(scope, `function ${name}`, values, at);
  return { sql: simple.sql(sqls as readonly string[]), type: scalar(simple.gives) };
}

interface Simple {
  readonly takes: readonly ScalarName[];
  /** How many of the last arguments may be left out. */
  readonly optional?: number;
  readonly gives: ScalarName;
  sql(args: readonly string[]): string;
}

const plain =
  (name: string) =>
  (args: readonly string[]): string =>
    `${name}(${args.join(', ')})`;

const text1 = (name: string, gives: ScalarName = 'STRING'): Simple => ({
  takes: ['STRING'],
  gives,
  sql: plain(name),
});

const SIMPLE: Readonly<Record<string, Simple>> = {
  UPPER: text1('upper'),
  LOWER: text1('lower'),
  TRIM: text1('gs_trim'),
  CHAR_LENGTH: { takes: ['STRING'], gives: 'INT64', sql: plain('length') },
  STARTS_WITH: { takes: ['STRING', 'STRING'], gives: 'BOOL', sql: plain('starts_with') },
  ENDS_WITH: { takes: ['STRING', 'STRING'], gives: 'BOOL', sql: plain('ends_with') },
  REPLACE: { takes: ['STRING', 'STRING', 'STRING'], gives: 'STRING', sql: plain('replace') },
  SUBSTR: {
    takes: ['STRING', 'INT64', 'INT64'],
    optional: 1,
    gives: 'STRING',
    sql: ([of, from, length]) =>
      `substring(${of}, CASE WHEN ${from} = 0 THEN 1 ELSE ${from} END${length === undefined ? '' : `, ${length}`})`,
  },
  TO_HEX: { takes: ['BYTES'], gives: 'STRING', sql: ([of]) => `lower(hex(${of}))` },
  FROM_HEX: { takes: ['STRING'], gives: 'BYTES', sql: plain('unhex') },
  TO_BASE64: { takes: ['BYTES'], gives: 'STRING', sql: plain('to_base64') },
  FROM_BASE64: { takes: ['STRING'], gives: 'BYTES', sql: plain('from_base64') },
  UNIX_MICROS: { takes: ['TIMESTAMP'], gives: 'INT64', sql: plain('epoch_us') },
  UNIX_MILLIS: { takes: ['TIMESTAMP'], gives: 'INT64', sql: plain('epoch_ms') },
  UNIX_SECONDS: {
    takes: ['TIMESTAMP'],
    gives: 'INT64',
    sql: ([of]) => `CAST(floor(epoch(${of})) AS BIGINT)`,
  },
  TIMESTAMP_MICROS: { takes: ['INT64'], gives: 'TIMESTAMP', sql: plain('make_timestamptz') },
  CURRENT_TIMESTAMP: { takes: [], gives: 'TIMESTAMP', sql: () => 'now()' },
  GENERATE_UUID: { takes: [], gives: 'STRING', sql: () => 'CAST(uuid() AS VARCHAR)' },
  MD5: { takes: ['STRING'], gives: 'BYTES', sql: ([of]) => `unhex(md5(${of}))` },
  SHA256: { takes: ['STRING'], gives: 'BYTES', sql: ([of]) => `unhex(sha256(${of}))` },
  MOD: {
    takes: ['INT64', 'INT64'],
    gives: 'INT64',
    sql: ([a, b]) => `(CASE WHEN ${b} = 0 THEN error('gs:division by zero') ELSE ${a} % ${b} END)`,
  },
  DIV: {
    takes: ['INT64', 'INT64'],
    gives: 'INT64',
    sql: ([a, b]) => `(CASE WHEN ${b} = 0 THEN error('gs:division by zero') ELSE ${a} // ${b} END)`,
  },
};

const SPECIAL: Readonly<Record<string, (scope: Scope, call: Call) => Typed>> = {
  COALESCE: shared,
  IFNULL: shared,
  GREATEST: (scope, call) => ordered(scope, call),
  LEAST: (scope, call) => ordered(scope, call),
  IF: ifOf,
  NULLIF: nullIf,
  CONCAT: concat,
  LENGTH: length,
  ABS: (scope, call) => sameNumber(scope, call, 'abs'),
  TIMESTAMP: (scope, call) => made(scope, call, 'TIMESTAMP', ['STRING', 'DATE', 'DATETIME', 'TIMESTAMP']),
  DATE: (scope, call) => made(scope, call, 'DATE', ['STRING', 'TIMESTAMP', 'DATETIME', 'DATE']),
  DATETIME: (scope, call) => made(scope, call, 'DATETIME', ['STRING', 'TIMESTAMP', 'DATE', 'DATETIME']),
  PARSE_JSON: parseJson,
  TO_JSON_STRING: toJsonString,
  JSON_VALUE: (scope, call) => jsonPart(scope, call, 'json_value'),
  JSON_QUERY: (scope, call) => jsonPart(scope, call, 'json_query'),
  FORMAT: format,
  ERROR: (scope, call) => {
    const [message] = args(scope, call, 1);
    const sql = coerced(message!, scalar('STRING'));
    if (sql === undefined) throw noSignature(scope, 'function ERROR', [message!], call.at);
    return { sql: `error('gs:' || ${sql})`, type: scalar('INT64'), constant: 'never' };
  },
};

export function args(scope: Scope, call: Call, ...counts: readonly number[]): readonly Typed[] {
  const values = call.args.map((each) => analyze(scope, each));
  if (!counts.includes(values.length)) throw noSignature(scope, `function ${call.name}`, values, call.at);
  return values;
}

function shared(scope: Scope, call: Call): Typed {
  const values = call.args.map((each) => analyze(scope, each));
  const { type, sqls } = together(scope, values, `function ${call.name}`, call.at);
  return { sql: `coalesce(${sqls.join(', ')})`, type };
}

/** NULL among them makes NULL, where DuckDB leaves it out. */
function ordered(scope: Scope, call: Call): Typed {
  const values = call.args.map((each) => analyze(scope, each));
  const { type, sqls } = together(scope, values, `function ${call.name}`, call.at);
  refuseIncomparable(scope, type, call.name, call.at);
  const isNull = sqls.map((sql) => `${sql} IS NULL`).join(' OR ');
  return {
    sql: `(CASE WHEN ${isNull} THEN NULL ELSE ${call.name.toLowerCase()}(${sqls.join(', ')}) END)`,
    type,
  };
}

function ifOf(scope: Scope, call: Call): Typed {
  const [when, ...rest] = call.args;
  if (when === undefined || rest.length !== 2) throw noSignature(scope, 'function IF', [], call.at);
  const values = rest.map((each) => analyze(scope, each));
  const { type, sqls } = together(scope, values, 'function IF', call.at);
  return { sql: `(CASE WHEN ${condition(scope, when)} THEN ${sqls[0]} ELSE ${sqls[1]} END)`, type };
}

function nullIf(scope: Scope, call: Call): Typed {
  const values = args(scope, call, 2);
  const [a, b] = alike(scope, values, 'function NULLIF', call.at);
  const { type } = together(scope, values, 'function NULLIF', call.at);
  return { sql: `nullif(${a}, ${b})`, type };
}

function concat(scope: Scope, call: Call): Typed {
  const values = call.args.map((each) => analyze(scope, each));
  const sqls = values.map((value) => coerced(value, scalar('STRING')));
  if (sqls.length === 0 || sqls.includes(undefined))
    throw noSignature(scope, 'function CONCAT', values, call.at);
  return { sql: `(${sqls.join(' || ')})`, type: scalar('STRING') };
}

function length(scope: Scope, call: Call): Typed {
  const [of] = args(scope, call, 1);
  if (of!.type.name === 'BYTES') return { sql: `octet_length(${of!.sql})`, type: scalar('INT64') };
  if (of!.type.name !== 'STRING') throw noSignature(scope, 'function LENGTH', [of!], call.at);
  return { sql: `length(${of!.sql})`, type: scalar('INT64') };
}

function sameNumber(scope: Scope, call: Call, name: string): Typed {
  const [of] = args(scope, call, 1);
  if (!isNumber(of!.type) || of!.type.name === 'BIGNUMERIC')
    throw noSignature(scope, `function ${call.name}`, [of!], call.at);
  return { sql: `${name}(${of!.sql})`, type: of!.type };
}

function made(scope: Scope, call: Call, to: ScalarName, from: readonly ScalarName[]): Typed {
  const [of] = args(scope, call, 1);
  const fits = (from as readonly string[]).includes(of!.type.name) || of!.constant === 'null';
  const sql = fits ? castSql(of!, scalar(to)) : undefined;
  if (sql === undefined) throw noSignature(scope, `function ${call.name}`, [of!], call.at);
  return { sql, type: scalar(to) };
}

function parseJson(scope: Scope, call: Call): Typed {
  const [of] = args(scope, call, 1);
  const sql = coerced(of!, scalar('STRING'));
  if (sql === undefined) throw noSignature(scope, 'function PARSE_JSON', [of!], call.at);
  let mode = 'exact';
  for (const { name, value } of call.named) {
    if (name !== 'wide_number_mode' || value.kind !== 'literal' || !['exact', 'round'].includes(value.text))
      throw failure(scope.env, `Invalid argument ${name} of PARSE_JSON`, value.at);
    mode = value.text;
  }
  return { sql: `gs_json_${mode}(${sql})`, type: scalar('JSON') };
}

function toJsonString(scope: Scope, call: Call): Typed {
  const [of] = args(scope, call, 1);
  const { sql } = of!;
  const texts: Readonly<Record<string, string>> = {
    JSON: sql,
    STRING: `gs_json_string(${sql})`,
    BOOL: `CAST(${sql} AS VARCHAR)`,
    INT64: `(CASE WHEN abs(${sql}) > 9007199254740992 THEN '"' || ${sql} || '"' ELSE CAST(${sql} AS VARCHAR) END)`,
  };
  const text = texts[of!.type.name];
  if (text === undefined) throw failure(scope.env, "The fake can't make JSON of that type", call.at);
  return { sql: `coalesce(${text}, 'null')`, type: scalar('STRING') };
}

function jsonPart(scope: Scope, call: Call, name: 'json_value' | 'json_query'): Typed {
  const [of, path] = args(scope, call, 1, 2);
  const isJson = of!.type.name === 'JSON';
  const way = path === undefined ? "'$'" : coerced(path, scalar('STRING'));
  if ((!isJson && of!.type.name !== 'STRING') || way === undefined)
    throw noSignature(scope, `function ${call.name}`, [of!], call.at);
  const type = scalar(name === 'json_query' && isJson ? 'JSON' : 'STRING');
  return { sql: `gs_${isJson ? '' : 'try_'}${name}(${of!.sql}, ${way})`, type };
}

/** Texts and whole numbers: `%s`, `%d`, `%t`, `%%`. */
function format(scope: Scope, call: Call): Typed {
  const [pattern, ...rest] = call.args;
  if (pattern?.kind !== 'literal' || pattern.type !== 'STRING')
    throw failure(scope.env, "The fake's FORMAT needs a literal as its format", call.at);
  const values = rest.map((each) => analyze(scope, each));
  let next = 0;
  const parts = pattern.text.split(/(%.)/).filter((part) => part !== '');
  const sqls = parts.map((part) => {
    if (part === '%%') return "'%'";
    if (!part.startsWith('%')) return scope.env.bind(part);
    const value = values[next++];
    const type: SqlType['name'] | undefined = value?.type.name;
    const fits = part === '%t' || (part === '%d' && type === 'INT64') || (part === '%s' && type === 'STRING');
    const sql = value === undefined || !fits ? undefined : castSql(value, scalar('STRING'));
    if (sql === undefined)
      throw failure(
        scope.env,
        `Error in format string: the fake can't format ${part} of ${type ?? 'nothing'}`,
        call.at,
      );
    return part === '%t' ? `coalesce(${sql}, 'NULL')` : sql;
  });
  if (next !== values.length) throw failure(scope.env, 'Too many arguments to FORMAT', call.at);
  return { sql: sqls.length === 0 ? "''" : `(${sqls.join(' || ')})`, type: scalar('STRING') };
}
