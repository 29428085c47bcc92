import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Client } from 'pg';
import { type Dataset, duckdb, type FailpointName, postgres, releaseIdleFiles } from '../../src/destination';
import { startPostgres } from '../postgres/server';
import { commit, cursorAt, rowsOf, SOURCE, temporaryFolder } from './harness';

/** All that a drop changes. */
async function contents(dataset: Dataset): Promise<unknown> {
  const { schema, state, generations } = await dataset.snapshot(SOURCE);
  const relations = (await dataset.relations()).filter((name) => !name.startsWith('_')).sort();
  return {
    relations,
    rows: relations.includes('items') ? await rowsOf(dataset, 'SELECT id FROM items ORDER BY id') : undefined,
    tables: Object.keys(schema!.tables).sort(),
    version: schema!.version,
    state,
    generations,
    ledger: (await dataset.ledger()).map(({ resource, status }) => `${resource} ${status}`).sort(),
    versions: await rowsOf(dataset, 'SELECT version_hash FROM _dlt_version ORDER BY inserted_at'),
  };
}

const killedAt = (kind: string, options: unknown, where: FailpointName): string | null =>
  spawnSync(process.execPath, [
    path.join(__dirname, 'dropping-process.js'),
    kind,
    JSON.stringify(options),
    where,
  ]).signal;

const load = (dataset: Dataset) =>
  commit(dataset, {
    resources: [
      {
        rows: [{ id: 1, lines: [{ sku: 'x' }] }, { id: 2 }],
        cursors: [{ path: 'id', column: 'id', before: undefined, after: cursorAt(2) }],
      },
      { name: 'others', rows: [{ id: 7 }] },
    ],
  });

const BEFORE_COMMIT = ['after-ddl', 'after-state', 'before-commit'] as const;

async function checkKills(open: () => Promise<Dataset>, kill: (where: FailpointName) => string | null) {
  const looking = async (): Promise<unknown> => {
    const dataset = await open();
    try {
      return await contents(dataset);
    } finally {
      await dataset.close();
      await releaseIdleFiles();
    }
  };
  const first = await open();
  await load(first);
  await first.close();
  const before = await looking();
  for (const where of BEFORE_COMMIT) {
    expect(kill(where)).toBe('SIGKILL');
    expect(await looking()).toEqual(before);
  }
  expect(kill('after-commit')).toBe('SIGKILL');
  expect(await looking()).toMatchObject({
    relations: ['others'],
    version: 2,
    generations: { items: 1, others: 0 },
    ledger: ['items reset', 'items superseded', 'others loaded'],
  });
}

describe('a drop whose process is killed leaves all or nothing', () => {
  const folder = temporaryFolder();

  test('in a DuckDB file', async () => {
    const options = { path: path.join(folder, 'killed.duckdb') };
    const open = () => duckdb(options).open({ pipeline: 'p', dataset: 'data', workDir: folder });
    await checkKills(open, (where) => killedAt('duckdb', options, where));
  });

  test('in Postgres', async () => {
    const server = await startPostgres();
    try {
      const { host, port, user, password } = server;
      await server.sql('CREATE DATABASE killed');
      const options = { host, port, user, password, database: 'killed', sslMode: 'disable' } as const;
      const open = () => postgres(options).open({ pipeline: 'p', dataset: 'data', workDir: folder });
      await checkKills(open, (where) => killedAt('postgres', options, where));

      const dataset = await open();
      const { sslMode: _, ...place } = options;
      const client = new Client(place);
      await client.connect();
      await client.query('CREATE VIEW data.seen AS SELECT id FROM data.others');
      await client.end();
      const drop = {
        parts: [{ pipeline: 'p', source: SOURCE, resources: ['others'] }],
        tables: true,
        state: true,
        clock: Date.now,
      };
      await expect(dataset.dropResources(drop)).rejects.toMatchObject({
        code: 'DESTINATION_REFUSED',
        message: expect.stringContaining('depend'),
      });
      expect(await rowsOf(dataset, 'SELECT id FROM others')).toEqual([{ id: 7 }]);
      await dataset.close();
    } finally {
      await server.close();
    }
  });
});
