import { z } from 'zod';
import { duckdb } from '../../src/destination';
import { isTidemarkError } from '../../src/errors';
import {
  apiKey,
  cursorPages,
  linkHeader,
  nextLink,
  oauth2ClientCredentials,
  oauth2Refresh,
  offsetPages,
  pageNumbers,
} from '../../src/http';
import { incremental } from '../../src/incremental';
import { pipeline } from '../../src/pipeline';
import { defineSource, resource, transformer } from '../../src/source';
import { restSource } from '../../src/sources/rest';

/** A call as a program without types makes it. */
type Loose = (...given: readonly unknown[]) => unknown;
const loose = (call: unknown): Loose => call as Loose;

async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return isTidemarkError(error) ? `${error.code} ${error.message}` : `raw ${String(error)}`;
  }
  return 'accepted';
}

const extract = function* () {
  yield [{ id: 1 }];
};
const things = resource({
  name: 'things',
  params: { state: 'all' },
  incremental: { updated: incremental({ cursor: 'updated_at', type: 'iso' }) },
  extract,
});
const source = defineSource({
  name: 'shop',
  config: z.object({ days: z.number().optional() }),
  resources: () => [things],
})();
const p = pipeline({ name: 'p', destination: duckdb({ path: '/nowhere/never-made.duckdb' }) });
const aResource = (change: object): unknown => loose(resource)({ name: 'things', extract, ...change });
const aRest = (change: object, more: object = {}): unknown =>
  loose(restSource)({
    name: 'blog',
    baseUrl: 'https://blog.example',
    resources: [{ name: 'posts', ...change }],
    ...more,
  });
const http = (change: object): unknown =>
  loose(defineSource)({ name: 's', http: change, resources: () => [] });
const client = { tokenUrl: 'https://id.example/token', clientId: 'a', clientSecret: 'b' };

describe('a misspelt option is refused where it is written, with the one that was meant', () => {
  test.each<[string, () => unknown, string]>([
    ['resource, primarykey', () => aResource({ primarykey: 'id' }), 'primaryKey'],
    ['resource, writeDispositon', () => aResource({ writeDispositon: 'merge' }), 'writeDisposition'],
    ['resource, maxTableNestng', () => aResource({ maxTableNestng: 1 }), 'maxTableNesting'],
    ['a column hint', () => aResource({ columns: { id: { datatype: 'bigint' } } }), 'dataType'],
    [
      'a column hint in dlt’s spelling',
      () => aResource({ columns: { id: { data_type: 'bigint' } } }),
      'dataType',
    ],
    ['a schema contract', () => aResource({ schemaContract: { column: 'freeze' } }), 'columns'],
    [
      'a merge',
      () => aResource({ writeDisposition: { disposition: 'merge', stategy: 'upsert' } }),
      'strategy',
    ],
    ['addLimit', () => aResource({ addLimit: { row: 5 } }), 'rows'],
    ['addLimit()', () => loose(things.addLimit)({ page: 5 }), 'pages'],
    ['resumable', () => aResource({ resumable: { everySecond: 5 } }), 'everySeconds'],
    ['with()', () => loose(things.with)({ primaryKeys: 'id' }), 'primaryKey'],
    ['transformer', () => loose(transformer)({ name: 't', form: things, extract }), 'from'],
    ['incremental', () => loose(incremental)({ cursor: 'a', intialValue: 1 }), 'initialValue'],
    [
      'incremental, allowExternalScheduler',
      () => loose(incremental)({ cursor: 'a', allowExternalScheduler: true }),
      'allowExternalSchedulers',
    ],
    ['bind', () => loose(things.bind)({ incremental: { updated: { endvalue: '2024-01-01' } } }), 'endValue'],
    [
      'bind of a source',
      () => loose(source.bind)({ things: { incremental: { updated: { initalValue: '2024-01-01' } } } }),
      'initialValue',
    ],
    ['defineSource', () => loose(defineSource)({ name: 's', resources: () => [], secton: 'x' }), 'section'],
    ['a source’s with()', () => loose(source.with)({ rootkey: true }), 'rootKey'],
    [
      'a source’s config',
      () =>
        loose(defineSource({ name: 's', config: z.object({ days: z.number() }), resources: () => [] }))({
          dais: 1,
        }),
      'days',
    ],
    ['http, heders', () => http({ heders: {} }), 'headers'],
    ['http, a time-out', () => http({ timeouts: { conect: 1 } }), 'connect'],
    ['http, a rate limit', () => http({ rateLimit: { requests: 1, pre: '1m' } }), 'per'],
    [
      'http as a function of the config',
      async () => {
        const make = loose(defineSource)({
          name: 's',
          http: () => ({ retrys: 1 }),
          resources: () => [things],
        });
        for await (const _ of loose(make)() as AsyncIterable<unknown>) break;
      },
      'retries',
    ],
    [
      'pipeline, workdir',
      () => loose(pipeline)({ name: 'a', destination: duckdb(), workdir: 'x' }),
      'workDir',
    ],
    ['run', () => loose(p.run.bind(p))([], { tablename: 'a' }), 'tableName'],
    ['duckdb', () => loose(duckdb)({ pth: 'x' }), 'path'],
    ['cursorPages', () => loose(cursorPages)({ cursorPath: 'a', param: 'b' }), 'cursor'],
    ['nextLink', () => loose(nextLink)('next', { doneWen: 'end' }), 'doneWhen'],
    ['offsetPages', () => loose(offsetPages)({ limit: 1, offsetparam: 'o' }), 'offsetParam'],
    ['pageNumbers', () => loose(pageNumbers)({ totl: 'a' }), 'total'],
    ['apiKey', () => loose(apiKey)({ name: 'a', valeu: 'b' }), 'value'],
    ['oauth2ClientCredentials', () => loose(oauth2ClientCredentials)({ ...client, scope: ['a'] }), 'scopes'],
    [
      'oauth2Refresh',
      () => loose(oauth2Refresh)({ ...client, refreshToken: 'a', clientauth: 'basic' }),
      'clientAuth',
    ],
    ['restSource', () => aRest({}, { default: {} }), 'defaults'],
    ['restSource, its http', () => aRest({}, { http: { retrys: 2 } }), 'retries'],
    ['restSource, its defaults', () => aRest({}, { defaults: { primary_key: 'id' } }), 'primaryKey'],
    ['a resource of restSource', () => aRest({ pagnate: 'auto' }), 'paginate'],
    [
      'the incremental of a resource of restSource',
      () => aRest({ incremental: { cursor: 'a', startparam: 'since' } }),
      'startParam',
    ],
  ])('%s', async (_, call, meant) => {
    const said = await refusal(call);
    expect(said).toMatch(/^CONFIG_INVALID .*is not (an option|a setting)|has no setting/);
    expect(said).toContain(`Did you mean "${meant}"?`);
  });
});

describe('a value that is none is refused, naming it and what is accepted', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'mege',
      () => aResource({ writeDisposition: 'mege' }),
      /"mege" is not a valid writeDisposition.*"merge"\?/,
    ],
    ['Merge', () => aResource({ writeDisposition: 'Merge' }), /Did you mean "merge"\?/],
    [
      'mrge',
      () => aResource({ writeDisposition: { disposition: 'mrge' } }),
      /"mrge" is not a valid writeDisposition\.disposition.*"merge"\?/,
    ],
    [
      'scd3',
      () => aResource({ writeDisposition: { disposition: 'merge', strategy: 'scd3' } }),
      /"scd3" is not a valid writeDisposition\.strategy.*"scd2"\?/,
    ],
    [
      'a merge that does not say so',
      () => aResource({ writeDisposition: { strategy: 'upsert' } }),
      /"writeDisposition\.disposition" is missing/,
    ],
    [
      'a boundary that is no instant',
      () =>
        aResource({
          writeDisposition: { disposition: 'merge', strategy: 'scd2', boundaryTimestamp: 'yesterday' },
        }),
      /"yesterday" is not a valid writeDisposition\.boundaryTimestamp/,
    ],
    [
      'bigit',
      () => aResource({ columns: { id: { dataType: 'bigit' } } }),
      /columns\.id\.dataType.*"bigint"\?/,
    ],
    [
      'a hint that is a text',
      () => aResource({ columns: { id: 'bigint' } }),
      /"bigint" is not a valid columns\.id/,
    ],
    [
      '"1"',
      () => aResource({ maxTableNesting: '1' }),
      /"1" is not a valid maxTableNesting; write a whole number/,
    ],
    ['replac', () => aResource({ onRerun: 'replac' }), /"replac" is not a valid onRerun.*"replace"\?/],
    [
      'frezee',
      () => aResource({ schemaContract: { columns: 'frezee' } }),
      /schemaContract\.columns.*"freeze"\?/,
    ],
    ['a key that is a number', () => aResource({ primaryKey: 5 }), /"5" is not a valid primaryKey/],
    ['a name of a table that is none', () => aResource({ tableName: '' }), /tableName/],
    ['selected', () => aResource({ selected: 'no' }), /"no" is not a valid selected; write true or false/],
    ['addLimit of a text', () => aResource({ addLimit: '10' }), /"10" is not a valid addLimit/],
    ['a map that is none', () => loose(things.map)('id'), /"id" is not a valid map; write a function/],
    ['a filter that is none', () => loose(things.filter)(undefined), /is not a valid filter/],
    ['no parent', () => loose(transformer)({ name: 't', extract }), /"from" is missing/],
    ['a parent that is none', () => loose(transformer)({ name: 't', from: extract, extract }), /valid from/],
    ...(['iso', 'datetime', 'date', 'unix', 'unixMs', 'unixFloat'] as const).map(
      (type): [string, () => unknown, RegExp] => [
        `an initial value of type ${type}`,
        () => loose(incremental)({ cursor: 'a', type, initialValue: '20-2020' }),
        /initialValue "20-2020" \(text\) is not a valid value of type '/,
      ],
    ),
    [
      'no options of an incremental',
      () => loose(incremental)('updated_at'),
      /"updated_at" is not a valid value/,
    ],
    [
      'a scheduler that is a text',
      () => loose(incremental)({ cursor: 'a', allowExternalSchedulers: 'yes' }),
      /"yes"/,
    ],
    [
      'a bound override',
      () => loose(things.bind)({ incremental: { updated: { endValue: 'later' } } }),
      /"later"/,
    ],
    ['nextLink()', () => loose(nextLink)(), /nextLink: .*not a valid field; write a field of an answer/],
    ['linkHeader', () => loose(linkHeader)(5), /"5" is not a valid relation/],
    ['cursorPages()', () => loose(cursorPages)(), /cursorPages: /],
    ['no parameter', () => loose(cursorPages)({ cursor: 'a' }), /"param" is missing/],
    ['a place', () => loose(pageNumbers)({ in: 'body' }), /"body" is not a valid in; write "query", "json"/],
    ['no limit', () => loose(offsetPages)({}), /"limit" is missing/],
    [
      'a rate limit',
      () => http({ rateLimit: { requests: 1, per: 'minute' } }),
      /"minute" is not a valid rateLimit\.per/,
    ],
    ['authentication', () => http({ auth: 'hidden-token' }), /"auth" is of type string; write what basic/],
    ['half a page', () => http({ maxPages: 1.5 }), /"http.maxPages" is "1.5"; a whole number from 1 on/],
    ['a charset', () => http({ charset: 'latin-one' }), /"latin-one", which is not a known charset; write/],
    [
      'a limit header',
      () => http({ limitHeaders: [{ reset: 'x', resetIs: 'epoch' }] }),
      /limitHeaders\[0\]\.resetIs/,
    ],
    [
      'a destination',
      () => loose(pipeline)({ name: 'a', destination: 'duckdb' }),
      /"destination" is of type string/,
    ],
    ['no destination', () => loose(pipeline)({ name: 'a' }), /"destination" is missing; write what duckdb/],
    ['a path', () => loose(duckdb)({ path: 5 }), /"5" is not a valid path/],
    ['a disposition of a run', () => loose(p.run.bind(p))(source, { writeDisposition: 'mege' }), /"merge"\?/],
    [
      'a parallel of a run',
      () => loose(p.run.bind(p))(source, { parallel: 'two' }),
      /"two" is not a valid parallel/,
    ],
    ['a disposition of restSource', () => aRest({ writeDisposition: 'mege' }), /"posts": "mege".*"merge"\?/],
    ['a format of restSource', () => aRest({ incremental: { cursor: 'a', format: 'isso' } }), /"iso"\?/],
    ['a paginator that is none', () => aRest({ paginate: 'atuo' }), /paginate.*"auto"\?/],
    ['no address', () => aRest({}, { baseUrl: undefined }), /"baseUrl" is missing/],
  ])('%s', async (_, call, message) => {
    const said = await refusal(call);
    expect(said).toMatch(/^CONFIG_INVALID /);
    expect(said).toMatch(message);
    expect(said).not.toContain('hidden-token');
  });
});

test('a bound that has no JSON is named all the same', async () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const refused = (initialValue: unknown): Promise<string> =>
    refusal(() => loose(incremental)({ cursor: 'a', type: 'unix', initialValue }));
  expect(await refused({ a: 10n })).toMatch(
    /^INCREMENTAL_INVALID .*initialValue "\{"a":"10"\}" \(object\) is not a valid value/,
  );
  expect(await refused(circular)).toMatch(/^INCREMENTAL_INVALID .*initialValue "\{ self \}" \(object\)/);
});

test('an incremental and its cursor may be named as a method of every object', async () => {
  const named = resource({
    name: 'constructor',
    incremental: { valueOf: incremental({ cursor: 'constructor', type: 'integer', initialValue: 1 }) },
    *extract() {
      yield [{ constructor: 2 }];
    },
  });
  const rows: unknown[] = [];
  for await (const row of named.bind({ incremental: { valueOf: { initialValue: 2 } } })) rows.push(row);
  expect(rows).toEqual([{ constructor: 2 }]);
});

test.each<[string, (strange: unknown) => unknown]>([
  ['resource', (strange) => loose(resource)(strange)],
  ['transformer', (strange) => loose(transformer)(strange)],
  ['incremental', (strange) => loose(incremental)(strange)],
  ['defineSource', (strange) => loose(defineSource)(strange)],
  ['restSource', (strange) => loose(restSource)(strange)],
  ['pipeline', (strange) => loose(pipeline)(strange)],
  ['apiKey', (strange) => loose(apiKey)(strange)],
  ['with', (strange) => loose(things.with)(strange)],
  ['bind', (strange) => loose(things.bind)(strange)],
])('%s refuses what are no options at all with a code', async (_, call) => {
  for (const strange of [null, 5, 'text', 10n, Symbol('s'), [], () => {}])
    expect(await refusal(() => call(strange))).toMatch(/^[A-Z_]+ /);
});

describe('what may be left out, or say that nothing limits it, is accepted', () => {
  test.each<[string, () => unknown]>([
    [
      'undefined options',
      () => aResource({ primaryKey: undefined, columns: { id: { dataType: undefined } } }),
    ],
    ['nothing to bind', () => loose(source.bind)({ things: undefined })],
    ['a limit without end', () => aResource({ addLimit: Number.POSITIVE_INFINITY })],
    ['no deduplication', () => incremental({ cursor: 'a', primaryKey: [] })],
    [
      'bounds that are cleared',
      () => loose(incremental)({ cursor: 'a', initialValue: null, endValue: null }),
    ],
    ['a month', () => incremental({ cursor: 'a', type: 'iso', initialValue: '2024-01' })],
    [
      'an instant without separators',
      () => incremental({ cursor: 'a', type: 'iso', initialValue: '20240101T000000Z' }),
    ],
    ['names of Object.prototype', () => aResource({ columns: { constructor: { dataType: 'text' } } })],
    [
      'contracts in both spellings',
      () => aResource({ schemaContract: { data_type: 'discard_row', tables: 'discardRow' } }),
    ],
    ['waits without end', () => http({ maxWait: Number.POSITIVE_INFINITY, headers: { a: undefined } })],
  ])('%s', async (_, call) => {
    expect(await refusal(call)).toBe('accepted');
  });
});
