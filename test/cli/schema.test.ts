import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { type CliResult, callCli } from './capture';

const CONFIG = `
import { defineConfig, defineSource, duckdb, pipeline, resource } from 'tidemark';
import { z } from 'zod';
const of = (row) => defineSource({
  name: 'shop',
  config: z.object({}),
  resources: () => [resource({ name: 'items', primaryKey: 'id', extract: () => [[row]] })],
});
const into = (name) => pipeline({ name, destination: duckdb({ path: name + '.duckdb' }), dataset: 'data' });
export default defineConfig({
  pipelines: [
    { pipeline: into('shop'), source: () => of({ id: 1, name: 'a', tags: ['x'] })() },
    { pipeline: into('staging'), source: () => of({ id: 1, name: 2 })() },
  ],
});
`;

const home = process.cwd();
const here = realpathSync(temporaryFolder('schema-command'));
const call = (...argv: string[]): Promise<CliResult> => callCli(argv, { cwd: here });

beforeAll(async () => {
  mkdirSync(path.join(here, 'node_modules'));
  symlinkSync(ROOT, path.join(here, 'node_modules', 'tidemark'), 'dir');
  symlinkSync(path.join(ROOT, 'node_modules', 'zod'), path.join(here, 'node_modules', 'zod'), 'dir');
  writeFileSync(path.join(here, 'temporal.config.ts'), CONFIG);
  for (const name of ['shop', 'staging'])
    expect(await call('run', name, '--local')).toMatchObject({ code: 0 });
});
afterAll(() => process.chdir(home));

describe('tidemark schema', () => {
  test('show prints each table with its columns', async () => {
    const { code, stdout } = await call('schema', 'show', 'shop');
    expect(stdout).toMatch(/^shop {2}2 tables in "data", version 1 of 2/);
    expect(stdout).toContain('\nitems  resource items, append, since version 1\n');
    expect(stdout).toMatch(/\nid +bigint +not null, primary key\n/);
    expect(stdout).toContain('\nitems__tags  child of items, since version 1\n');
    expect(code).toBe(0);
    const json = await call('schema', 'show', 'shop', '--table', 'items__tags', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ sources: [{ tables: [{ table: 'items__tags' }] }] });
  });

  test('export prints YAML unless told otherwise', async () => {
    const { stdout } = await call('schema', 'export', 'shop');
    expect(stdout).toMatch(/^version: 1\nversion_hash: "/);
    expect(stdout).toMatch(/\n {2}items:\n {4}columns:\n {6}id:\n {8}(\w+: \w+\n {8})*data_type: bigint\n/);
    const sql = await call('schema', 'export', 'shop', '--format', 'sql');
    expect(sql.stdout).toMatch(/^CREATE TABLE "data"."items" \("id" BIGINT NOT NULL, "name" VARCHAR, /);
    const wrong = await call('schema', 'export', 'shop', '--format', 'xml');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('yaml, json, sql, dbt') });
  });

  test('diff shows what is there more, less and otherwise', async () => {
    const { code, stdout } = await call('schema', 'diff', 'shop', '--with', 'staging');
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^staging, shop version 1 of .* → shop, shop version 1 of /);
    expect(lines.slice(0, 3)).toEqual([
      '~ items',
      '    ~ name  bigint → text',
      '+ items__tags  child of items',
    ]);
    expect(code).toBe(0);
    const same = await call('schema', 'diff', 'shop', '--from', '1', '--to', '1');
    expect(same.stdout).toContain('No difference.');
    const both = await call('schema', 'diff', 'shop', '--from', '1', '--with', 'staging');
    expect(both.code).toBe(2);
  });
});
