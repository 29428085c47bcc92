import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CheckResult, runSuite, SUITE_KINDS } from '../../src/conformance';
import {
  type Destination,
  type SqlConnection,
  type SqlDriver,
  sqlDestination,
} from '../../src/destination/public';
import { callCli } from '../cli/capture';
import { connectTo, newDataset } from '../destination/sqlite';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { OWN_CASES } from './case-files';

const folder = temporaryFolder('suite');

describe('tidemark conformance', () => {
  test('the example passes all of it', async () => {
    const example = path.join(ROOT, 'examples', 'destination');
    const { code, stdout, stderr } = await callCli(['conformance', '--destination', './mine.ts'], {
      cwd: example,
    });
    expect(stdout.split('\n').filter((line) => line.startsWith('FAILED'))).toEqual([]);
    expect(stdout).toMatch(/\d+ checks passed, 0 failed\n$/);
    for (const kind of SUITE_KINDS) expect(stdout).toMatch(new RegExp(`^passed  ${kind} `, 'm'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('DuckDB passes its checks, and --json has them all', async () => {
    const kinds = SUITE_KINDS.filter((kind) => kind !== 'load' && kind !== 'normalize');
    const only = kinds.flatMap((kind) => ['--only', kind]);
    const { code, stdout } = await callCli(['conformance', '--destination', 'duckdb', '--json', ...only]);
    const { results, failed } = JSON.parse(stdout) as { results: CheckResult[]; failed: number };
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(kinds));
    expect([code, failed]).toEqual([0, 0]);
  });

  test('a module whose export is called destination, in which a check fails: what, where and exit code 1', async () => {
    const file = path.join(mkdtempSync(path.join(folder, 'm-')), 'closed.ts');
    writeFileSync(
      file,
      `export const destination = {
        kind: 'closed', destinationType: 'x', describe: () => 'x',
        open: async () => { throw new Error('nobody\\nis here'); },
      };`,
    );
    const { code, stdout } = await callCli(['conformance', '--destination', file, '--only', 'closing']);
    expect(code).toBe(1);
    expect(
      stdout,
    ).toBe(`FAILED  closing      work that has begun is ended first, closing twice is closing once, and a closed dataset takes no work
          where     it was not done
          expected  no error
          found     Error: nobody is here
          see       src/destination/README.md#what-the-suite-asks, "closing"
FAILED  closing      closing one of two leaves the other open
          where     it was not done
          expected  no error
          found     Error: nobody is here
          see       src/destination/README.md#what-the-suite-asks, "closing"
0 checks passed, 2 failed
`);
  });

  test.each([
    [
      'export default 5;',
      /exports no destination: 5 is its default export. Instead, write "export default \(folder\)/,
    ],
    ['export const mine = 5;', /exports no destination: undefined/],
    ['export default () => ({ kind: "x" });', /exports gave .*which is no destination/],
    ['export default () => { throw new Error("no server"); };', /exports failed: Error: no server/],
    ['export default {', /could not be loaded/],
  ])('%s is refused before any check', async (text, message) => {
    const file = path.join(mkdtempSync(path.join(folder, 'm-')), 'mine.ts');
    writeFileSync(file, text);
    const { code, stdout, stderr } = await callCli(['conformance', '--destination', file]);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test.each([
    [['--destination', 'duckbd'], /no destination "duckbd": no file ".*", .*Did you mean "duckdb"\?/],
    [['--destination', './no.ts'], /no destination "\.\/no\.ts": no file "\/.*no\.ts"/],
    [['--destination', 'duckdb', '--only', 'clams'], /no kind "clams".*Did you mean "claims"\?/],
    [['--destination', 'duckdb', '--onyl', 'claims'], /unknown option '--onyl'[\s\S]*--only/],
    [['--destination', 'duckdb', '--timeout', '0'], /"0" is not a whole number of at least 1/],
    [[], /required option '-d, --destination <file>'/],
  ])('%j is wrong use', async (argv, message) => {
    const { code, stdout, stderr } = await callCli(['conformance', ...argv]);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('the help names what comes with tidemark', async () => {
    const { code, stdout } = await callCli(['conformance', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'one that comes with tidemark: duckdb, postgres, bigquery ',
    );
    expect(code).toBe(0);
  });

  test('what it needs is in the package', () => {
    const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
    expect(packed?.files.map((file) => file.path)).toEqual(
      expect.arrayContaining([
        'dist/src/conformance/checks/atomic.js',
        'docs/destinations.md',
        'examples/destination/driver.ts',
        'src/destination/README.md',
        'test/conformance/cases/load.json',
        'test/conformance/cases/normalize.json',
      ]),
    );
  });

  test('each kind is told of in both documents', () => {
    for (const file of ['docs/destinations.md', 'src/destination/README.md']) {
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      for (const kind of SUITE_KINDS) expect(text).toContain(`| \`${kind}\` | `);
    }
  });
});

/** The example's driver with a fault in its connections, or in itself. */
function broken(
  connection: (whole: SqlConnection) => Partial<SqlConnection>,
  driver: (whole: SqlDriver) => Partial<SqlDriver> = () => ({}),
  lockOf: (dataset: string) => string = (dataset) => dataset,
): () => Destination {
  return () => {
    const datasets = new Map<string, ReturnType<typeof newDataset>>();
    return sqlDestination({
      kind: 'broken',
      destinationType: 'dlt.destinations.sqlalchemy',
      describe: () => 'broken',
      async open({ dataset }) {
        const made = () => {
          const known = datasets.get(dataset) ?? newDataset(dataset);
          datasets.set(dataset, known);
          return known;
        };
        const whole = connectTo({
          location: lockOf(dataset),
          dataset: made,
          exists: () => datasets.has(dataset),
        });
        const connect: SqlDriver['connect'] = (work, options) =>
          whole.connect((one) => work({ ...one, ...connection(one) }), options);
        const faulty = {
          ...whole,
          connect,
          exclusive: (work) => whole.exclusive(() => work(connect)),
        } as SqlDriver;
        return { ...faulty, ...driver(faulty) };
      },
    });
  };
}

describe('the suite finds a driver that', () => {
  test.each<[fault: string, destination: () => Destination, kind: string, check: RegExp]>([
    [
      'keeps what it should roll back',
      broken((one) => ({ rollback: () => one.commit() })),
      'atomic',
      /leaves none of them/,
    ],
    [
      'changes tables outside of the transaction',
      broken((one) => ({
        async run(sql, params) {
          if (!/^(CREATE TABLE|ALTER)/.test(sql)) return one.run(sql, params);
          await one.commit();
          const done = await one.run(sql, params);
          await one.begin('write');
          return done;
        },
      })),
      'atomic',
      /leaves nothing of that/,
    ],
    [
      'loses an answer’s rows: it rolls back and says it has committed',
      broken((one) => ({ commit: () => one.rollback() })),
      'load-key',
      /committed twice/,
    ],
    [
      'rounds whole numbers',
      broken((one) => ({
        async query(sql, params) {
          const { columns, rows } = await one.query(sql, params);
          const rounded = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
          return {
            columns,
            rows: rows.map((row) =>
              Object.fromEntries(Object.entries(row).map(([key, value]) => [key, rounded(value)])),
            ),
          };
        },
      })),
      'values',
      /whole numbers/,
    ],
    [
      'cuts text at a NUL',
      broken((one) => ({
        async query(sql, params) {
          const { columns, rows } = await one.query(sql, params);
          const cut = (value: unknown) => (typeof value === 'string' ? value.split('\0')[0] : value);
          return {
            columns,
            rows: rows.map((row) =>
              Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cut(value)])),
            ),
          };
        },
      })),
      'values',
      /NUL/,
    ],
    [
      'lets a query write',
      broken((one) => ({
        query: async (sql, params) => ({ columns: [], rows: await one.rows(sql, params as string[]) }),
      })),
      'query',
      /writes is refused/,
    ],
    [
      'lets several write at once: each opened dataset has a lock of its own',
      (() => {
        let opened = 0;
        return broken(
          () => ({}),
          () => ({}),
          (dataset) => `${dataset} ${++opened}`,
        );
      })(),
      'concurrency',
      /commits at once into a new dataset/,
    ],
    [
      'makes a table when it is read',
      broken(
        () => ({}),
        (whole) => ({
          exists: () =>
            whole.connect(async (one) => {
              await one.run(`CREATE TABLE IF NOT EXISTS ${one.dialect.table('made')} (a INTEGER)`);
              return true;
            }),
        }),
      ),
      'reading',
      /makes nothing/,
    ],
    [
      'doesn’t know what others have committed: it keeps the tables that it saw first',
      (() => {
        const seen = new WeakMap<object, ReturnType<SqlConnection['introspect']>>();
        const key = {};
        return broken((one) => ({
          introspect() {
            const known = seen.get(key) ?? one.introspect();
            seen.set(key, known);
            return known;
          },
        }));
      })(),
      'schema',
      /a column is added/,
    ],
  ])('%s', async (_fault, destination, kind, check) => {
    const failed: string[] = [];
    for await (const result of runSuite({ destination, cases: OWN_CASES, only: [kind], timeoutMs: 20_000 }))
      if (!result.passed) failed.push(result.name);
    expect(failed).toContainEqual(expect.stringMatching(check));
  });

  test('never ends its commit', async () => {
    const destination = broken(() => ({ commit: () => new Promise(() => {}) }));
    const results: CheckResult[] = [];
    for await (const result of runSuite({ destination, cases: OWN_CASES, only: ['closing'], timeoutMs: 300 }))
      results.push(result);
    expect(results.map(({ expected, found }) => [expected, found])).toEqual([
      ['an end within 0.3 s', 'no end'],
      ['an end within 0.3 s', 'no end'],
    ]);
  });
});
