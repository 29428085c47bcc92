import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { apiKeyAuth, reply, startEmulator } from '../../examples/emulator-kit';
import { TEMPLATES, type TemplateName } from '../../src/cli/init/templates';
import { callCli } from '../cli/capture';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporal/temporary-folder';
import { testEnvironment } from '../temporal/test-server';
import { askDuckdb, type CommandResult, result } from './project';
import { TRIALS } from './template-trials';

const TYPESCRIPT = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

let home: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  home = await temporaryFolder();
  const modules = path.join(home.folder, 'node_modules');
  mkdirSync(modules);
  // what npm would put there
  symlinkSync(ROOT, path.join(modules, 'tidemark'), 'dir');
  for (const name of ['zod', 'luxon', '@types'])
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name), 'dir');
});
afterAll(() => home.remove());

const folderOf = (name: string): string => path.join(home.folder, name);

function tidemark(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const program = path.join(ROOT, 'dist', 'src', 'cli', 'main.js');
  return result(
    spawn(process.execPath, [program, ...args], {
      cwd,
      env: { ...testEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** Rows of each table beside dlt's and tidemark's own, in the one database of a folder. */
async function countAll(folder: string): Promise<Record<string, number>> {
  const [file, ...others] = readdirSync(folder).filter((name) => name.endsWith('.duckdb'));
  expect(others).toEqual([]);
  const database = path.join(folder, file!);
  const tables = await askDuckdb(
    database,
    "SELECT table_schema AS dataset, table_name AS name FROM information_schema.tables WHERE NOT starts_with(table_name, '_') AND NOT ends_with(table_schema, '_staging')",
  );
  const counts: Record<string, number> = {};
  for (const { dataset, name } of tables) {
    const [row] = await askDuckdb(database, `SELECT count(*)::integer AS rows FROM "${dataset}"."${name}"`);
    counts[String(name)] = Number(row?.['rows']);
  }
  return counts;
}

test('init --url writes a project that loads what an API has which nobody described', async () => {
  const rows = Array.from({ length: 45 }, (_, n) => ({
    id: n + 1,
    tags: ['a', 'b'],
    changed_at: new Date(Date.UTC(2024, 0, 1, n)).toISOString(),
  }));
  const api = await startEmulator({
    auth: apiKeyAuth({ name: 'api_key', value: 'key-of-somebody', in: 'query' }),
    routes: {
      'GET /v3/readings': ({ query }) => {
        const at = Number(query.get('page_token') ?? 0);
        const next = at + 20 < rows.length ? { next_page_token: String(at + 20) } : {};
        return reply({ body: { status: 'ok', readings: rows.slice(at, at + 20), ...next } });
      },
    },
  });
  try {
    const folder = folderOf('readings');
    const url = `${api.url}/v3/readings?api_key=key-of-somebody`;
    expect(await callCli(['init', folder, '--url', url])).toMatchObject({ code: 0, stderr: '' });
    expect(await tidemark(folder, ['run', 'readings', '--local'])).toMatchObject({ code: 0 });
    expect(await countAll(folder)).toEqual({ readings: 45, readings__tags: 90 });
    // the second one goes on where the first ended
    const again = await tidemark(folder, ['run', 'readings', '--local', '--json']);
    expect({ code: again.code, rows: await countAll(folder) }).toEqual({
      code: 0,
      rows: { readings: 45, readings__tags: 90 },
    });
  } finally {
    await api.close();
  }
});

describe('init --source', () => {
  test.each(Object.keys(TRIALS) as TemplateName[])(
    '%s writes a project that loads what its API has',
    async (name) => {
      const trial = await TRIALS[name]();
      try {
        const folder = folderOf(name);
        expect(await callCli(['init', name, '--source', name], { cwd: home.folder })).toMatchObject({
          code: 0,
          stdout: expect.stringContaining(`npx tidemark preview ${TEMPLATES[name].pipeline} --limit 5`),
        });
        const ran = await tidemark(folder, ['run', ...trial.args, '--local'], trial.env);
        expect({ code: ran.code, stderr: ran.code === 0 ? '' : ran.stderr }).toEqual({ code: 0, stderr: '' });
        expect(Object.values(trial.rows).every((count) => count > 0)).toBe(true);
        expect(await (trial.count?.() ?? countAll(folder))).toMatchObject(trial.rows);
      } finally {
        await trial.close();
      }
    },
  );

  test('writes a project whose dev says in one line what to fill in where, and starts no server', async () => {
    const folder = folderOf('unfilled');
    expect((await callCli(['init', folder, '--source', 'stripe'])).code).toBe(0);
    const env = path.join(folder, '.env');
    expect(await tidemark(folder, ['dev', '--no-ui'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error stripe: fill in SOURCES__STRIPE__API_KEY in ${env} (cp .env.example .env) [SECRET_MISSING]\n`,
    });
    expect(existsSync(path.join(folder, '.tidemark'))).toBe(false);
  });

  test('writes files that compile, each with the tsconfig that it brings', async () => {
    const projects = path.join(home.folder, 'compiled');
    for (const name of Object.keys(TEMPLATES))
      expect((await callCli(['init', path.join(projects, name), '--source', name])).code).toBe(0);
    const all = { extends: './own/tsconfig.json', include: ['*/*.ts'] };
    writeFileSync(path.join(projects, 'tsconfig.json'), JSON.stringify(all));
    const child = spawn(process.execPath, [TYPESCRIPT, '-p', projects], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(await result(child)).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

test('every template is a source that can be imported, and its pipeline is in its config', () => {
  const { exports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, { types: string; default: string }>;
  };
  for (const [name, { pipeline }] of Object.entries(TEMPLATES)) {
    const text = readFileSync(path.join(ROOT, 'examples', name, 'temporal.config.ts'), 'utf8');
    expect(text).toContain(`name: '${pipeline}'`);
    if (name !== 'own' && name !== 'bigquery') expect(Object.keys(exports)).toContain(`./sources/${name}`);
  }
  for (const files of Object.values(exports))
    for (const file of [files].flatMap((one) => (typeof one === 'string' ? [one] : Object.values(one))))
      expect({ file, exists: existsSync(path.join(ROOT, file)) }).toEqual({ file, exists: true });
});
