import { entriesOf, fixture, projects } from './init-python/projects';

let made: Awaited<ReturnType<typeof projects>>;
beforeAll(async () => {
  made = await projects();
});
afterAll(() => made.remove());
const init = (...args: string[]) => made.init(...args);
const written = (text: string): string => made.written(text);

describe('init --from-dlt', () => {
  test('takes over resources with keys, dispositions and cursors; their code is to be written', async () => {
    const { folder, text } = await init('--from-dlt', fixture('orders_pipeline.py'));
    const [entry] = await entriesOf(folder);
    expect(entry).toMatchObject({ name: 'shop', mode: 'incremental', schedule: { cron: '@daily' } });
    expect(entry!.sources()[0]!.resourceNames).toEqual(['orders', 'order_lines', 'visits', 'countries']);
    const config = text('temporal.config.ts');
    expect(config).toContain("name: 'shop',\n  maxTableNesting: 2,");
    expect(config).toContain(
      "updatedAt: incremental({ cursor: 'updated_at', type: 'iso', initialValue: '2024-01-01T00:00:00Z', rowOrder: 'asc', lag: 3600, allowExternalSchedulers: true }),",
    );
    expect(config).toContain("ts: incremental({ cursor: 'ts', type: 'unix', initialValue: 1704067200 }),");
    expect(config).toContain(
      "from: ordersRows,\n      primaryKey: ['order_id', 'position'],\n      writeDisposition: 'append',",
    );
    expect(config).toContain("name: 'visits',\n      tableName: 'web_visits',");
    expect(config).toContain("pipeline({ name: 'shop', destination: duckdb(), dataset: 'shop_data' })");
  });

  test('maps sources that come with dlt to ours', async () => {
    const { folder, text, stdout } = await init('--from-dlt', fixture('sources_pipeline.py'));
    const entries = await entriesOf(folder);
    expect(entries.map(({ name }) => name)).toEqual(['warehouse', 'crm', 'blog', 'others']);
    expect(entries[2]!.sources()[0]!.resourceNames).toEqual(['posts', 'comments', 'authors']);
    const config = text('temporal.config.ts').replace(/\s+/g, ' ');
    for (const part of [
      "postgresTables({ schema: 'sales', tables: [{ name: 'orders', cursor: 'changed_at', cursorType: 'datetime', initialValue: '2024-01-01', primaryKey: 'order_id', writeDisposition: 'merge' }, { name: 'customers', writeDisposition: 'replace' }] })",
      "files({ location: 's3://exports/crm', tables: [{ name: 'batches', glob: 'batches/**/*.csv.gz', format: 'csv', incremental: 'modified' }] })",
      "defaults: { params: { per_page: 100 }, primaryKey: 'id', writeDisposition: 'merge', paginate: nextLink('paging.next') }",
      "startParam: 'since' }",
      "path: '/posts/{resources.posts.id}/comments', includeFromParent: ['id']",
      "stripe({ startDate: '2024-01-01' }).withResources('invoices', 'events')",
      "github({ owner: 'apache', repo: 'airflow' }).withResources('events')",
      'the destination was snowflake',
    ])
      expect(config).toContain(part);
    expect(stdout).toMatch(/the source "unknown_module\.things" is made elsewhere/);
    expect(JSON.parse(text('package.json'))).toMatchObject({
      dependencies: expect.objectContaining({
        pg: expect.any(String),
        '@aws-sdk/client-s3': expect.any(String),
      }),
    });
    expect(text('.env.example')).toMatch(/^SOURCES__POSTGRES__CONNECTION__URL=$/m);
  });

  test('copies no secret of a query, of a list, or under a short name', async () => {
    const client = '"client": {"base_url": "https://a.example/?sig=do_not_copy"}';
    const resources =
      '"resources": [{"name": "a", "endpoint": "a?api_key=do_not_copy"}, ' +
      '{"name": "b", "endpoint": {"path": "b?x=1", "params": {"pwd": "do_not_copy", "api_keys": ["do_not_copy"], "size": 9}}}]';
    const file = written(
      `import dlt\nfrom dlt.sources.rest_api import rest_api_source\ndlt.pipeline("p").run(rest_api_source({${client}, ${resources}}))\n`,
    );
    const { text, stdout } = await init('--from-dlt', file);
    const config = text('temporal.config.ts');
    expect(config + stdout).not.toContain('do_not_copy');
    expect(config).toContain("{ name: 'b', path: '/b?x=1', params: { size: 9 } },");
    expect(stdout).toMatch(
      /base_url is to be written[\s\S]*path of the resource a isn't taken over: it may hold a secret/,
    );
  });

  test('follows what a pipeline is run with: functions, lists by name; rows in the file are to be written', async () => {
    const { folder, stdout } = await init(
      '--from-dlt',
      written(
        `import dlt
@dlt.resource(primary_key="id")
def users():
    yield []
@dlt.resource
def teams():
    yield []
everything = [users, teams()]
def load():
    dlt.pipeline("functions").run(users)
    dlt.pipeline("list").run(everything)
    dlt.pipeline("rows").run([{"id": 1}, {"id": 2}], table_name="rows")
`,
      ),
    );
    const entries = await entriesOf(folder);
    expect(entries.map(({ name, sources }) => [name, sources().flatMap((one) => one.resourceNames)])).toEqual(
      [
        ['functions', ['users']],
        ['list', ['users', 'teams']],
        ['rows', ['rows']],
      ],
    );
    expect(stdout).toMatch(/line 12: what is loaded here isn't a call that can be followed/);
  });

  test('with --from-airflow, the schedule of the DAG is that of the pipeline', async () => {
    const { folder } = await init(
      '--from-dlt',
      fixture('orders_pipeline.py'),
      '--from-airflow',
      fixture('nightly_dag.py'),
    );
    const entries = await entriesOf(folder);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      name: 'shop',
      mode: 'interval',
      retries: 4,
      schedule: { cron: '0 3 1,15 * 1' },
    });
  });

  test('reads cursors, and tells their type by the first value', async () => {
    const cursors: readonly (readonly [string, string])[] = [
      ['"ts", initial_value=0', "cursor: 'ts', type: 'integer', initialValue: 0"],
      ['"ts", initial_value=1704067200000', "cursor: 'ts', type: 'unixMs', initialValue: 1704067200000"],
      [
        '"at", initial_value=pendulum.datetime(2024, 1, 1, 6)',
        "cursor: 'at', type: 'datetime', initialValue: '2024-01-01T06:00:00Z'",
      ],
      [
        '"at", "2024-01-01", last_value_func=min, primary_key=()',
        "cursor: 'at', type: 'iso', initialValue: '2024-01-01', lastValueFunc: 'min', primaryKey: []",
      ],
      [
        '"item.at", on_cursor_value_missing="include", range_end="closed"',
        "cursor: 'item.at', onCursorValueMissing: 'include', rangeEnd: 'closed'",
      ],
      [
        'cursor_path="$", last_value_func=by_type, initial_value=START',
        "cursor: '$', type: 'iso', initialValue: '2024-05-01T00:00:00Z'",
      ],
    ];
    const resources = cursors.map(
      ([args], index) =>
        `@dlt.resource\ndef rows${index}(cursor=dlt.sources.incremental(${args})):\n    yield []\n`,
    );
    const file = written(`import dlt, pendulum\nSTART = "2024-05-01T00:00:00Z"\n${resources.join('')}`);
    const { text, stdout } = await init('--from-dlt', file);
    const found = [...text('temporal.config.ts').matchAll(/cursor: incremental\(\{ (.*) \}\),/g)];
    expect(found.map(([, options]) => options)).toEqual(cursors.map(([, expected]) => expected));
    expect(stdout.match(/last_value_func of dlt\.sources\.incremental isn't taken over/g)).toHaveLength(1);
  });
});
