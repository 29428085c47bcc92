import { type Dataset, postgres } from '../../../src/destination';
import { RECORD_INDEXES } from '../../../src/destination/postgres/record-indexes';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, packageOf, temporaryFolder } from '../harness';

const folder = temporaryFolder();
let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  await server.sql("CREATE ROLE loader LOGIN PASSWORD 'loader'");
  await server.sql('CREATE ROLE other');
  await server.sql('CREATE DATABASE indexed OWNER loader');
});
afterAll(() => server.close());

const open = (): Promise<Dataset> =>
  postgres({
    host: server.host,
    port: server.port,
    user: 'loader',
    password: 'loader',
    database: 'indexed',
    sslMode: 'disable',
  }).open({ pipeline: 'p', dataset: 'data', workDir: folder });

/** Runs statements in the dataset's database. */
async function sql(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { Client } = await import('pg');
  const { host, port, user, password } = server;
  const client = new Client({ host, port, user, password, database: 'indexed' });
  await client.connect();
  try {
    return (await client.query(text)).rows as Readonly<Record<string, unknown>>[];
  } finally {
    await client.end();
  }
}

const namesOfIndexes = async (): Promise<unknown[]> =>
  (await sql("SELECT indexname FROM pg_indexes WHERE indexname LIKE '\\_tidemark%' ORDER BY 1")).map(
    ({ indexname }) => indexname,
  );
const ALL = RECORD_INDEXES.map(({ name }) => name).sort();

/** Scans of whole tables of records, as the server counts them when connections have ended. */
async function wholeScans(): Promise<unknown> {
  const open = "SELECT 1 FROM pg_stat_activity WHERE usename = 'loader'";
  while ((await sql(open)).length > 0) await new Promise((resolve) => setImmediate(resolve));
  const rows = await sql(
    "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname IN ('_tidemark_intervals', '_dlt_loads') ORDER BY 1",
  );
  return rows.map(({ relname, seq_scan }) => [relname, Number(seq_scan)]);
}

test('are made by the first load, and again by the next one where they are gone', async () => {
  const dataset = await open();
  await commit(dataset, { key: 'a', resources: [{ rows: [{ id: 1 }] }] });
  expect(await namesOfIndexes()).toEqual(ALL);
  await dataset.close();
  await sql(`DROP INDEX data.${ALL[0]}, data.${ALL.at(-1)}`);
  const again = await open();
  await again.record([]);
  await commit(again, { key: 'b', resources: [{ rows: [{ id: 2 }] }] });
  expect(await namesOfIndexes()).toEqual(ALL);
  await again.close();
});

test('are done without where the table is somebody else’s', async () => {
  await sql('DROP INDEX data._tidemark_loads_load_id');
  await sql('ALTER TABLE data._dlt_loads OWNER TO other; GRANT ALL ON data._dlt_loads TO loader');
  const dataset = await open();
  await commit(dataset, { key: 'c', resources: [{ rows: [{ id: 3 }] }] });
  expect(await namesOfIndexes()).toEqual(ALL.filter((name) => name !== '_tidemark_loads_load_id'));
  expect(await dataset.findLoad('c')).toBeDefined();
  await sql('ALTER TABLE data._dlt_loads OWNER TO loader');
  await dataset.close();
  const again = await open();
  await commit(again, { key: 'd', resources: [{ rows: [{ id: 4 }] }] });
  expect(await namesOfIndexes()).toEqual(ALL);
  await again.close();
});

test('serve every question of a commit: with many loads no table of records is read as a whole', async () => {
  await sql(
    'INSERT INTO data._tidemark_intervals SELECT i.pipeline, i.source, i.resource, i.generation,' +
      " timestamptz '2020-01-01 00:00Z' + g * interval '1 hour', timestamptz '2020-01-01 00:00Z' + (g + 1) * interval '1 hour'," +
      " i.cursor_start, i.cursor_end, 'g' || g, (1500000000 + g) || '.0', i.rows, i.status, i.error_code, i.error," +
      " i.workflow_id, i.run_id, i.attempt, i.committed_at FROM data._tidemark_intervals i, generate_series(1, 20000) g WHERE i.load_key = 'c'",
  );
  await sql(
    "INSERT INTO data._dlt_loads SELECT (1500000000 + g) || '.0', l.schema_name, l.status, l.inserted_at, l.schema_version_hash" +
      ' FROM (SELECT * FROM data._dlt_loads LIMIT 1) l, generate_series(1, 20000) g',
  );
  await sql('ANALYZE data._tidemark_intervals; ANALYZE data._dlt_loads');
  const before = await wholeScans();
  const dataset = await open();
  const load = await packageOf(dataset, { key: 'e', resources: [{ rows: [{ id: 5 }] }] });
  await dataset.claim([{ loadKey: 'e', workflowId: 'w', runId: 'r', attempt: 1 }]);
  await dataset.commit({ ...load, attempt: { workflowId: 'w', runId: 'r', attempt: 1 } });
  const hours = { from: '2020-03-01T00:30:00Z', to: '2020-03-01T01:30:00Z' };
  expect(await dataset.ledger({ source: load.schema.name, resource: 'items', ...hours })).toHaveLength(2);
  await dataset.close();
  expect(await wholeScans()).toEqual(before);
});
