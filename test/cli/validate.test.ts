import { temporaryFolder } from '../temporary-folder';
import { callCli } from './capture';
import { smallProject, THREE_PIPELINES } from './small-project';

const home = process.cwd();
const folder = temporaryFolder('validate');
afterEach(() => process.chdir(home));

const validate = (config: string, ...argv: string[]) =>
  callCli(['validate', ...argv], { cwd: smallProject(folder, config) });

/** A config of pipelines over one source with a secret, into one dataset. */
const shopConfig = (entries: string): string => `
import { bearer, defineConfig, defineSource, duckdb, incremental, pipeline, resource, secret } from 'tidemark';
import { z } from 'zod';
const at = incremental({ cursor: 'at', type: 'iso', initialValue: '2024-01-01', allowExternalSchedulers: true });
const shop = defineSource({
  name: 'shop',
  config: z.object({ token: secret(z.string()) }),
  http: (c) => ({ auth: bearer(c.token) }),
  resources: () => ['orders', 'users'].map((name) => resource({ name, incremental: { at }, extract: () => [] })),
});
const other = defineSource({ name: 'other', config: z.object({}), resources: () => [resource({ name: 'users', extract: () => [] })] });
const into = (name: string, dataset = 'data') => pipeline({ name, destination: duckdb({ path: 'x.duckdb' }), dataset });
export default defineConfig({ pipelines: [${entries}] });
`;

interface Finding {
  readonly severity: string;
  readonly pipelines: readonly string[];
  readonly code: string;
  readonly message: string;
}

async function found(entries: string, ...argv: string[]) {
  const { code, stdout } = await validate(shopConfig(entries), '--json', ...argv);
  const report = JSON.parse(stdout) as { valid: boolean; findings: Finding[] };
  expect(code).toBe(report.valid ? 0 : 1);
  return report.findings.map(
    ({ severity, pipelines, code: which }) => `${severity} ${which} ${pipelines.join()}`,
  );
}

describe('tidemark validate', () => {
  test('finds nothing in a config that is right, needs no secret and opens no dataset', async () => {
    const { code, stdout, stderr } = await validate(THREE_PIPELINES);
    expect(stdout).toMatch(
      /^warning shop: There is no run from now on.*\[NO_MORE_TICKS\]\n✓ .*: 3 pipelines, 0 problems, 1 warning\n$/,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(
      await found("{ pipeline: into('a'), source: () => shop(), schedule: { cron: '@daily' } }"),
    ).toEqual([]);
    expect(await found("{ pipeline: into('a'), source: () => shop(), schedule: { every: '90m' } }")).toEqual(
      [],
    );
  });

  test('warns of a cron that Airflow reads otherwise, and of clocks that change', async () => {
    const schedule =
      "{ cron: '30 2 1 * 1', timezone: 'Europe/Berlin', startDate: '2024-01-01', catchup: true }";
    const list = await found(`{ pipeline: into('a'), source: () => shop(), schedule: ${schedule} }`);
    expect(list).toContain('warning DAY_AND_WEEKDAY a');
    expect(list).toContain('warning FIRST_INTERVAL a');
    const nightly = "{ cron: '30 2 * * *', timezone: 'Europe/Berlin' }";
    expect(await found(`{ pipeline: into('a'), source: () => shop(), schedule: ${nightly} }`)).toContain(
      'warning TICK_SKIPPED a',
    );
  });

  test('warns of what two pipelines load for the same time, and of a table of two sources', async () => {
    const entry = (name: string, source: string, schedule: string) =>
      `{ pipeline: into('${name}'), source: () => ${source}, schedule: ${schedule} }`;
    const since = "startDate: '2024-01-01', catchup: true";
    const both = [
      entry('days', "shop().withResources('orders')", `{ cron: '@daily', ${since} }`),
      entry('weeks', "shop().withResources('orders')", `{ cron: '@weekly', ${since} }`),
    ];
    expect(await found(both.join())).toContain('warning RESOURCE_TWICE days,weeks');
    // one ends where the other begins
    const parted = [
      both[0]!,
      both[1]!.replace(since, "startDate: '2023-01-01', endDate: '2023-12-17', catchup: true"),
    ];
    expect((await found(parted.join())).filter((one) => one.includes('TWICE'))).toEqual([]);
    const sources = [
      "{ pipeline: into('a'), source: () => shop() }",
      "{ pipeline: into('b'), source: () => other() }",
      "{ pipeline: into('c', 'elsewhere'), source: () => other() }",
    ];
    expect(await found(sources.join())).toEqual(['warning TABLE_OF_TWO_SOURCES a,b']);
  });

  test('looks secrets up where that is asked, and names those that are missing', async () => {
    const entries = "{ pipeline: into('a'), source: () => shop() }";
    expect(await found(entries)).toEqual([]);
    const { code, stdout } = await validate(shopConfig(entries), '--secrets');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^problem a: [\s\S]*SOURCES__SHOP__TOKEN[\s\S]*\[SECRET_MISSING\]\n✗ .*1 problem, 0 warnings\n$/,
    );
  });

  test.each([
    ["{ pipeline: into('a'), source: () => shop(), shedule: {} }", /shedule.*Did you mean "schedule"/],
    ["{ pipeline: into('a'), source: () => shop(), overrides: { ordres: {} } }", /"ordres".*does not load/],
    ["{ pipeline: into('a'), source: () => shop(), schedule: { cron: '61 * * * *' } }", /61/],
    [
      "{ pipeline: into('a'), source: () => shop() }, { pipeline: into('a'), source: () => shop() }",
      /"a" is taken/,
    ],
  ])('a config that is refused is a problem: %s', async (entries, message) => {
    const { code, stdout } = await validate(shopConfig(entries));
    expect(stdout).toMatch(message);
    expect(stdout).toMatch(/^problem [\s\S]*✗ 1 problem, 0 warnings\n$/);
    expect(code).toBe(1);
  });
});
