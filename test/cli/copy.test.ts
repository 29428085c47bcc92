import { existsSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { duckdb, pipeline, resource } from '../../src';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { type CliResult, callCli } from './capture';

const home = process.cwd();
const folder = temporaryFolder('copy-command');

const CONFIG = `
import { defineConfig, defineSource, duckdb, pipeline, resource } from 'tidemark';
import { z } from 'zod';
const items = resource({ name: 'items', extract: () => [[{ id: 1 }, { id: 2 }]] });
const source = defineSource({ name: 'shop', config: z.object({}), resources: () => [items] });
export default defineConfig({
  pipelines: [
    { pipeline: pipeline({ name: 'shop', destination: duckdb({ path: 'shop.duckdb' }), dataset: 'data' }), source: () => source() },
  ],
});
`;

let here: string;
beforeEach(async () => {
  here = realpathSync(mkdtempSync(path.join(folder, 'project-')));
  mkdirSync(path.join(here, 'node_modules'));
  symlinkSync(ROOT, path.join(here, 'node_modules', 'tidemark'), 'dir');
  symlinkSync(path.join(ROOT, 'node_modules', 'zod'), path.join(here, 'node_modules', 'zod'), 'dir');
  writeFileSync(path.join(here, 'temporal.config.ts'), CONFIG);
  await using shop = at('shop.duckdb');
  await shop.run(resource({ name: 'items', extract: () => [[{ id: 1 }, { id: 2 }]] }));
});
afterEach(() => process.chdir(home));

const at = (file: string) =>
  pipeline({
    name: 'shop',
    destination: duckdb({ path: path.join(here, file) }),
    dataset: 'data',
    workDir: here,
  });

const copy = (...argv: string[]): Promise<CliResult> => callCli(['copy', ...argv], { cwd: here });

describe('tidemark copy', () => {
  test('brings a dataset to another file, tells its tables, and what is to be done then', async () => {
    const { code, stdout, stderr } = await copy('shop', '--to', 'duckdb:grown.duckdb');
    expect(stderr).toBe('copied  items  2 rows\ncompared  items  2 rows\n');
    expect(stdout).toMatch(/items +2 +copied\n[\s\S]*_tidemark_intervals +1 +copied\n/);
    expect(stdout).toContain(`is in "${path.join(here, 'grown.duckdb')}", compared row by row.`);
    expect(stdout).toContain('Give that destination in the config to all that load into it: "shop".');
    expect(code).toBe(0);
    await using grown = at('grown.duckdb');
    expect(await grown.dataset().rowCounts()).toEqual({ items: 2 });
  });

  test('says the same as JSON, and that it is there when asked again', async () => {
    writeFileSync(
      path.join(here, 'target.ts'),
      "import { duckdb } from 'tidemark';\nexport default duckdb({ path: 'grown.duckdb' });\n",
    );
    const first = await copy('shop', '--to', './target.ts', '--json');
    expect(JSON.parse(first.stdout)).toMatchObject({
      pipeline: 'shop',
      status: 'copied',
      pipelines: ['shop'],
      tables: [{ table: 'items', rows: 2, outcome: 'copied' }],
    });
    const again = await copy('shop', '--to', 'duckdb:grown.duckdb');
    expect(again.stdout).toContain('was copied before, and is in');
    expect(again.code).toBe(0);
  });

  test('with --dry-run says what would be copied, and makes nothing', async () => {
    const { code, stdout } = await copy('shop', '--to', 'duckdb:grown.duckdb', '--dry-run');
    expect(stdout).toMatch(/items +2 +to be copied/);
    expect(stdout).toContain('nothing was written');
    expect(code).toBe(0);
    expect(existsSync(path.join(here, 'grown.duckdb'))).toBe(false);
  });

  test.each([
    [['nope', '--to', 'duckdb:x.duckdb'], /There is no pipeline "nope"/],
    [['shop', '--to', 'oracle'], /"oracle" is no destination; write duckdb:FILE/],
    [['shop', '--to', 'duckdb:'], /"duckdb:" is no destination/],
    [['shop', '--to', './shop.duckdb'], /A DuckDB file is duckdb:.\/shop.duckdb/],
    [['shop', '--to', './none.ts'], /The module "\.\/none\.ts" does not exist/],
    [['shop', '--to', './temporal.config.ts'], /"\.\/temporal\.config\.ts" exports no destination/],
    [['shop', '--to', 'duckdb:shop.duckdb'], /would be copied into itself/],
  ])('%j is wrong use', async (argv, message) => {
    const { code, stderr } = await copy(...argv);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test('fails where data is, and changes nothing', async () => {
    await using other = at('other.duckdb');
    await other.run(resource({ name: 'items', extract: () => [[{ id: 9 }]] }));
    const { code, stderr } = await copy('shop', '--to', 'duckdb:other.duckdb');
    expect(stderr).toMatch(/is in use: it has the table "items"/);
    expect(code).toBe(1);
    expect(await other.dataset().rowCounts()).toEqual({ items: 1 });
  });
});
