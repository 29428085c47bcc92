import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Decimal, PlainDate, resource, Timestamp } from '../../../src';
import { bigqueryDialect, literal, quote } from '../../../src/destination/bigquery/dialect';
import { MAX_NAME } from '../../../src/destination/bigquery/names';
import { schemaStatements } from '../../../src/destination/bigquery/schema-statements';
import { planSchemaChanges, planServiceTables, serviceTables } from '../../../src/destination/commit';
import { createNormalizer, StagingArea } from '../../../src/normalize';
import {
  completeColumns,
  namingRules,
  newSchema,
  parseSchema,
  type StoredSchema,
  schemaHash,
  serializeSchema,
} from '../../../src/schema';
import { engineHints } from '../../../src/source';
import { canonical, type Hinted, layout, optionsOf, withoutNotNull } from './dlt-layout';

/*
 * tidemark's layout in BigQuery beside dlt's own, as real dlt wrote it without a connection. Every difference is named here with its
 * reason: what isn't named is equal. What dlt reads back from a server, its load jobs and merges were compared by reading its code.
 */

const dialect = bigqueryDialect(layout.dataset);
const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-layout-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const statements = (changes: Parameters<typeof schemaStatements>[0]): readonly string[] =>
  schemaStatements(changes, { dataset: layout.dataset, extra: {} }).map(canonical);

describe('types', () => {
  /** By dlt's type: ours, and why. */
  const DIFFERENT: Readonly<Record<string, readonly [type: string, reason: string]>> = {
    'STRING(0)': ['STRING', 'BigQuery takes a length from 1 on'],
    'NUMERIC(5,9)': ['NUMERIC(9,9)', 'BigQuery takes no fewer digits than the fraction has'],
    'NUMERIC(0,9)': ['NUMERIC(9,9)', 'BigQuery takes no fewer digits than the fraction has'],
    'NUMERIC(38,5)': ['BIGNUMERIC(38,5)', 'a NUMERIC has 29 digits before the point'],
    'NUMERIC(38,2)': ['BIGNUMERIC(38,2)', 'a NUMERIC has 29 digits before the point'],
    'BIGNUMERIC(76,0)': ['BIGNUMERIC', 'a BIGNUMERIC has 38 digits before the point, and a part of a 39th'],
  };

  test.each(layout.types)('$column: $type', ({ column, type }) => {
    expect(dialect.columnType({ ...column, name: 'c' })).toBe(DIFFERENT[type]?.[0] ?? type);
  });

  test.each(layout.stored_types)('$stored is read as $column', ({ stored, column }) => {
    expect(dialect.dataType(stored)).toBe(column.data_type);
  });
});

describe('texts and names', () => {
  /** dlt leaves control characters as they are where GoogleSQL has no letter for them, and in names always. */
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what differs
  const CONTROL = /[\u0000-\u001f\u007f]/;
  const literals = layout.texts.filter(({ literal: made }) => !CONTROL.test(made));
  const identifiers = layout.texts.filter(({ text }) => !CONTROL.test(text));

  test.each(literals)('literal of $text', ({ text, literal: made }) => {
    expect(literal(text)).toBe(made);
  });

  test.each(identifiers)('identifier $text', ({ text, identifier }) => {
    expect(quote(text)).toBe(identifier);
  });

  test('control characters are escapes here', () => {
    const others = layout.texts.filter(({ text }) => CONTROL.test(text));
    expect(others).toHaveLength(5);
    for (const { text } of others) {
      expect(literal(text)).not.toMatch(CONTROL);
      expect(quote(text)).not.toMatch(CONTROL);
    }
  });

  test('the longest name is dlt’s, the lesser of what it says of tables and of columns', () => {
    const { max_identifier_length, max_column_identifier_length } = layout.capabilities;
    expect(MAX_NAME).toBe(Math.min(Number(max_identifier_length), Number(max_column_identifier_length)));
    expect(layout.names[0]).toEqual({ max_length: MAX_NAME });
  });

  test.each(layout.names.slice(1))('name $identifier', ({ identifier, path: named }) => {
    expect(namingRules(MAX_NAME).path(identifier!)).toBe(named);
  });
});

const ROWS = [
  {
    Id: 1,
    day: new PlainDate('2024-01-31'),
    at: Timestamp.fromMillis(Date.UTC(2024, 0, 31, 6)),
    price: new Decimal('1.5'),
    label: 'a',
    lines: [{ sku: 's1', tags: ['t'] }],
  },
];

/** The schema that the same rows and hints give, as it is stored and read back. */
async function schemaOf(given: Hinted): Promise<StoredSchema> {
  const { definition } = resource({ ...optionsOf(given), name: 'events', extract: () => [ROWS] });
  const staging = new StagingArea({ schema: newSchema('shop'), spillDir: folder, maxNameLength: MAX_NAME });
  try {
    const source = { rootKey: false, maxTableNesting: undefined, schemaContract: undefined };
    const normalizer = createNormalizer({ staging, resource: engineHints(definition, { source }) });
    await normalizer.write(ROWS);
    return parseSchema(serializeSchema((await normalizer.finish()).schema));
  } finally {
    await staging.discard();
  }
}

/** What becomes of hints where dlt does something else, and why. */
const REFUSED: Readonly<Record<string, readonly [message: string, reason: string]>> = {
  'partition hint, text': [
    'can\'t be partitioned by column "label"',
    'dlt leaves the hint out and says nothing',
  ],
  'two partition hints': ['by one column', 'dlt refuses it, too, when it loads'],
  'five cluster hints': ['BigQuery takes 4', 'dlt writes what BigQuery refuses'],
  'adapter, partition without a value': [
    'which has no value yet',
    'dlt leaves the hint out and says nothing',
  ],
  'adapter, both roundings': ['in two ways', 'dlt refuses it, too'],
  'adapter, rounding of a text': ['BigQuery rounds decimals only', 'dlt writes what BigQuery refuses'],
  'adapter, no expiration': ['"soon" is not a valid bigquery.tableExpiration', 'dlt refuses it, too'],
  'adapter, partition expiration alone': ['no partitions', 'dlt writes what BigQuery refuses'],
  'adapter, autodetect': [
    '"bigquery.autodetect_schema" is not an option',
    'types are those of the schema: a table that BigQuery made by itself would not match it',
  ],
  'adapter, streaming': [
    '"bigquery.insert_api" is not an option',
    'rows that are streamed are stored before the commit, and stay if it fails',
  ],
};

/** dlt names the column as the hint does, which is not what it is called in the table. */
const SPELLED = "adapter, cluster in the source's spelling";
/** dlt reads the time and forgets its offset. */
const WITH_ZONE = 'adapter, expiration with a zone';
/** dlt refuses an adapter without options; no option is no hint here. */
const NOTHING = 'adapter, nothing';

describe('tables', () => {
  const same = layout.hinted.filter(({ id, tables }) => tables !== undefined && REFUSED[id] === undefined);

  test('all that dlt was given is compared', () => {
    expect(same.length + Object.keys(REFUSED).length + 1).toBe(layout.hinted.length);
    expect(layout.hinted.filter(({ error }) => error !== undefined).map(({ id }) => id)).toEqual([
      'two partition hints',
      'adapter, both roundings',
      'adapter, no expiration',
      NOTHING,
    ]);
  });

  test.each(same)('$id', async (given) => {
    const { id, tables = {} } = given;
    const schema = await schemaOf(given);
    const made = statements(planSchemaChanges(schema, new Map(), dialect));
    for (const [at, [name, table]] of Object.entries(tables).entries()) {
      const text = JSON.stringify(table);
      const {
        create,
        add,
        schema: stored,
      } = JSON.parse(
        id === SPELLED
          ? text.replaceAll('`Id`', '`id`').replaceAll('["Id"]', '["id"]')
          : id === WITH_ZONE
            ? text.replaceAll('2031-01-30T12:30', '2031-01-30T10:30')
            : text,
      ) as typeof table;
      expect(schema.tables[name]).toEqual(stored);
      expect([made[at]]).toEqual(create.map(canonical));
      const [first] = completeColumns(stored);
      const half = new Map([
        [name, [{ name: first!.name, type: dialect.columnType(first!), nullable: true }]],
      ]);
      const only = { ...schema, tables: { [name]: schema.tables[name]! } };
      expect(statements(planSchemaChanges(only, half, dialect))).toEqual(
        add.map((sql) => withoutNotNull(canonical(sql))),
      );
    }
  });

  test.each(Object.entries(REFUSED))('%s is refused: %s', async (id, [message]) => {
    const given = layout.hinted.find((one) => one.id === id)!;
    await expect(
      schemaOf(given).then((schema) => statements(planSchemaChanges(schema, new Map(), dialect))),
    ).rejects.toThrow(message);
  });

  test('an adapter without options is none', async () => {
    const plain = layout.hinted.find(({ id }) => id === 'no hint')!;
    const schema = await schemaOf(layout.hinted.find(({ id }) => id === NOTHING)!);
    expect(schema.tables.events).toEqual(plain.tables!.events!.schema);
  });

  test.each(layout.hinted.filter(({ schema }) => schema !== undefined))(
    'a schema that dlt stored is read, its hash is dlt’s, and its tables are made alike: $id',
    ({ schema: text, tables = {} }) => {
      const schema = parseSchema(text!);
      expect(schemaHash(schema)).toBe(schema.version_hash);
      expect(JSON.parse(serializeSchema(schema))).toEqual(JSON.parse(text!));
      const made = statements(planSchemaChanges(schema, new Map(), dialect));
      for (const { create } of Object.values(tables))
        expect(made).toEqual(expect.arrayContaining(create.map(canonical)));
    },
  );
});

describe('what dlt keeps about loads', () => {
  const { create, version, load, state } = layout.service;
  const columnsOf = (table: string): readonly string[] =>
    Object.keys(serviceTables().find(({ name }) => name === table)!.columns);
  const made = statements(planServiceTables(new Map(), dialect));

  test.each(Object.entries(create))('%s is made as dlt makes it', (name, sql) => {
    expect(made.filter((one) => one.includes(`\`${name}\`(`))).toEqual(sql.map(canonical));
  });

  test('a row of a schema is in its columns, and what tidemark stores of that schema is the same', () => {
    const [{ sql, params }] = version as [(typeof version)[0]];
    expect(sql).toContain(`(${columnsOf('_dlt_version').map(quote).join(', ')})`);
    const schema = parseSchema(params[5] as string);
    expect([schema.version, schema.engine_version, schema.name, schemaHash(schema)]).toEqual([
      params[0],
      params[1],
      params[3],
      params[4],
    ]);
    expect(JSON.parse(serializeSchema(schema))).toEqual(JSON.parse(params[5] as string));
  });

  test('rows of a load and of a state have the columns that tidemark writes', () => {
    const [{ sql }] = load as [(typeof load)[0]];
    expect(sql).toContain(`(${columnsOf('_dlt_loads').map(quote).join(', ')})`);
    expect(columnsOf('_dlt_pipeline_state')).toEqual([
      ...Object.keys(state).filter((name) => name !== '_dlt_load_id'),
      '_dlt_load_id',
      '_dlt_id',
    ]);
  });
});
