import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { createTerminal } from '../../src/cli/output/terminal';
import { confirmed, type Keyboard } from '../../src/cli/session/confirm';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { type CliResult, callCli } from './capture';

const CONFIG = `
import { defineConfig, defineSource, duckdb, incremental, pipeline, resource } from 'tidemark';
import { z } from 'zod';
const items = resource({
  name: 'items',
  primaryKey: 'id',
  incremental: { id: incremental({ cursor: 'id', initialValue: 0 }) },
  extract: () => [[{ id: 1, tags: ['a', 'b'] }, { id: 2 }]],
});
const others = resource({ name: 'others', extract: () => [[{ id: 7 }]] });
const source = defineSource({ name: 'shop', config: z.object({}), resources: () => [items, others] });
export default defineConfig({
  pipelines: [
    { pipeline: pipeline({ name: 'shop', destination: duckdb({ path: 'shop.duckdb' }), dataset: 'data' }), source: () => source() },
  ],
});
`;

const home = process.cwd();
const here = realpathSync(temporaryFolder('drop-command'));
const call = (...argv: string[]): Promise<CliResult> => callCli(argv, { cwd: here });

beforeAll(async () => {
  mkdirSync(path.join(here, 'node_modules'));
  symlinkSync(ROOT, path.join(here, 'node_modules', 'tidemark'), 'dir');
  symlinkSync(path.join(ROOT, 'node_modules', 'zod'), path.join(here, 'node_modules', 'zod'), 'dir');
  writeFileSync(path.join(here, 'temporal.config.ts'), CONFIG);
  expect(await call('run', 'shop', '--local')).toMatchObject({ code: 0 });
});
afterAll(() => process.chdir(home));

describe('tidemark drop', () => {
  test('with --dry-run shows tables, cursors and loads, and changes nothing', async () => {
    const { code, stdout } = await call('drop', 'shop', 'items', '--dry-run');
    expect(stdout).toMatch(/items +2 +the table\n/);
    expect(stdout).toMatch(/items__tags +2 +the table\n/);
    expect(stdout).toMatch(/items +id = 2 +1/);
    expect(stdout).toContain(
      'Would drop items of the dataset "data": 2 tables, 4 rows. Nothing was changed.',
    );
    expect(code).toBe(0);
  });

  test('drops nothing where nobody can be asked', async () => {
    const { code, stderr } = await call('drop', 'shop', 'items');
    expect(stderr).toContain('give --yes');
    expect(code).toBe(2);
    expect((await call('query', 'shop', 'SELECT count(*) AS n FROM items', '--json')).code).not.toBe(1);
  });

  test('with --yes drops several, and tells it as JSON', async () => {
    const { code, stdout } = await call('drop', 'shop', 'items', 'others', '--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      pipeline: 'shop',
      status: 'dropped',
      tables: [{ table: 'items' }, { table: 'items__tags' }, { table: 'others', rows: 1 }],
      resources: [{ resource: 'items', loads: 1 }, { resource: 'others' }],
    });
    expect(code).toBe(0);
    expect((await call('query', 'SELECT count(*) FROM items')).code).toBe(1);
    expect(await call('run', 'shop', '--local')).toMatchObject({ code: 0 });
    const { stdout: again } = await call('drop', 'shop', 'items', '--dry-run');
    expect(again).toContain('2 tables, 4 rows');
  });

  test('names what it does not know', async () => {
    const { code, stderr } = await call('drop', 'shop', 'itms', '--yes');
    expect(stderr).toContain('Did you mean "items"?');
    expect(code).toBe(2);
  });
});

describe('the question', () => {
  const asked = (answer: string): Promise<boolean> => {
    const terminal = createTerminal({
      stdout: { write: () => true },
      stderr: { write: () => true, isTTY: true },
      redact: (text) => text,
    });
    const keyboard: Keyboard = Object.assign(new PassThrough(), { isTTY: true });
    keyboard.push(answer);
    return confirmed({ terminal, interrupted: new AbortController().signal }, 'Drop this?', { keyboard });
  };

  test.each([
    ['y\n', true],
    ['YES\n', true],
    ['\n', false],
    ['no\n', false],
    ['yesterday\n', false],
  ])('is answered by %j with %j', async (answer, expected) => {
    expect(await asked(answer)).toBe(expected);
  });
});
