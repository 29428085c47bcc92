import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { checkJson } from '../cli/check-json';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporal/temporary-folder';
import { testEnvironment } from '../temporal/test-server';

const DIST = path.join(ROOT, 'dist');

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user's project in a folder of its own, with the built package in its node_modules. */
export interface Project {
  readonly folder: string;
  /** The DuckDB file that its config loads into. */
  readonly database: string;
  /** Starts a program of the build in the project: `src/cli/main.js`. */
  start(
    program: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
    cwd?: string,
  ): ChildProcess;
  /** Runs the `tidemark` command to its end, in the project's folder if not told another. JSON is held against its schema. */
  tidemark(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
    cwd?: string,
  ): Promise<CommandResult>;
  writeConfig(text: string): Promise<void>;
  remove(): Promise<void>;
}

/** The API that a project loads from. */
export interface Account {
  readonly url: string;
  readonly credentials: { readonly subdomain: string; readonly email: string; readonly password: string };
}

/** A config of one pipeline `support` over the Zendesk source, with this schedule. */
export function configText(schedule: string, entry = ''): string {
  return `import { defineConfig, duckdb, pipeline } from 'tidemark';
import { zendesk } from 'tidemark/sources/zendesk';

export default defineConfig({
  pipelines: [
    {
      pipeline: pipeline({ name: 'support', destination: duckdb({ path: 'zendesk.duckdb' }), dataset: 'support_data' }),
      source: () => zendesk().withResources('tickets', 'ticket_events', 'ticket_metric_events'),
      retries: 0,
      ${entry}
      schedule: { ${schedule} },
    },
  ],
});
`;
}

export async function makeProject(config: string, account: Account): Promise<Project> {
  const { folder, remove } = await temporaryFolder();
  await mkdir(path.join(folder, 'node_modules'));
  await symlink(ROOT, path.join(folder, 'node_modules', 'tidemark'), 'dir');
  const writeConfig = (text: string): Promise<void> =>
    writeFile(path.join(folder, 'temporal.config.ts'), text);
  await writeConfig(config);
  const environment = {
    ...testEnvironment(),
    SOURCES__ZENDESK__BASE_URL: account.url,
    SOURCES__ZENDESK__CREDENTIALS__SUBDOMAIN: account.credentials.subdomain,
    SOURCES__ZENDESK__CREDENTIALS__EMAIL: account.credentials.email,
    SOURCES__ZENDESK__CREDENTIALS__PASSWORD: account.credentials.password,
  };
  const start: Project['start'] = (program, args, env = {}, cwd = folder) =>
    spawn(process.execPath, [path.join(DIST, program), ...args], {
      cwd,
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    folder,
    database: path.join(folder, 'zendesk.duckdb'),
    start,
    async tidemark(args, env, cwd) {
      const ended = await result(start(path.join('src', 'cli', 'main.js'), args, env, cwd));
      await checkJson(args, ended);
      return ended;
    },
    writeConfig,
    remove,
  };
}

/** What a program printed, once it has ended. */
export function result(child: ChildProcess): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Resolves once the program has printed this; rejects if it ends before. */
export function printed(child: ChildProcess, text: string): Promise<void> {
  let heard = '';
  return new Promise((resolve, reject) => {
    const listen = (chunk: Buffer | string): void => {
      heard += String(chunk);
      if (heard.includes(text)) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('close', (code) =>
      reject(new Error(`it ended with ${code} before it printed "${text}":\n${heard}`)),
    );
  });
}

/** Asks a DuckDB file without any code of tidemark. */
export async function askDuckdb(file: string, sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  try {
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(sql);
    const rows = reader.getRowObjectsJS();
    connection.closeSync();
    return rows;
  } finally {
    instance.closeSync();
  }
}

/** Rows of each table of the dataset, beside dlt's and tidemark's own. */
export async function countTables(file: string, dataset: string): Promise<Record<string, number>> {
  const tables = await askDuckdb(
    file,
    `select table_name from information_schema.tables where table_schema = '${dataset}' and table_name not like '\\_%' escape '\\'`,
  );
  const counts: Record<string, number> = {};
  for (const { table_name } of tables) {
    const [row] = await askDuckdb(
      file,
      `select count(*)::integer as rows from "${dataset}"."${String(table_name)}"`,
    );
    counts[String(table_name)] = Number(row?.rows);
  }
  return counts;
}
