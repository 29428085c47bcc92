import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { duckdb } from '../destination';
import { isTidemarkError } from '../errors';
import { incremental } from '../incremental';
import { LoadFailedError, type LoadInfo, type Pipeline, pipeline } from '../pipeline';
import { resource, sourceOf, type WriteDisposition } from '../source';
import type { MakeDestination } from './make-destination';
import { dataTables, readTables } from './read-tables';

/** Input of the kinds normalize and load, in the spelling of the cases. */
export interface DatasetInput {
  readonly resource: {
    readonly name: string;
    readonly primary_key?: string | readonly string[] | null;
    readonly merge_key?: string | readonly string[] | null;
    readonly write_disposition?: CaseDisposition;
    readonly columns?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null;
    readonly max_table_nesting?: number | null;
    readonly root_key?: boolean;
    readonly adhoc?: boolean;
    readonly table_name?: string | { readonly from_field: string };
    readonly incremental?: { readonly cursor_path: string; readonly initial_value?: unknown };
  };
  readonly runs: readonly {
    readonly rows: readonly unknown[];
    readonly write_disposition?: CaseDisposition;
  }[];
}

type CaseDisposition =
  | 'append'
  | 'replace'
  | 'merge'
  | { readonly disposition: 'merge'; readonly strategy?: string; readonly boundary_timestamp?: string };

const camel = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function disposition(given: CaseDisposition): WriteDisposition {
  if (typeof given === 'string') return given;
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [camel(key), value]),
  ) as unknown as WriteDisposition;
}

function columnHints(columns: DatasetInput['resource']['columns']): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(columns ?? {}).map(([name, hint]) => [
      name,
      Object.fromEntries(Object.entries(hint).map(([key, value]) => [camel(key), value])),
    ]),
  );
}

async function runOnce(
  target: Pipeline,
  given: DatasetInput['resource'],
  run: DatasetInput['runs'][number],
): Promise<LoadInfo> {
  const own = given.write_disposition === undefined ? undefined : disposition(given.write_disposition);
  const ofRun = run.write_disposition === undefined ? undefined : disposition(run.write_disposition);
  const { table_name: table } = given;
  const keys = {
    ...(given.primary_key != null && { primaryKey: given.primary_key }),
    ...(given.merge_key != null && { mergeKey: given.merge_key }),
    ...(given.columns != null && { columns: columnHints(given.columns) }),
  };
  if (given.adhoc === true) {
    const writeDisposition = ofRun ?? own;
    return target.run(run.rows, {
      ...keys,
      tableName: typeof table === 'string' ? table : given.name,
      ...(writeDisposition !== undefined && { writeDisposition }),
    });
  }
  const items = resource({
    name: given.name,
    ...keys,
    ...(own !== undefined && { writeDisposition: own }),
    ...(typeof table === 'string' && { tableName: table }),
    ...(typeof table === 'object' && {
      tableName: (item: unknown) => String((item as Record<string, unknown>)[table.from_field]),
    }),
    ...(given.incremental && {
      incremental: {
        cursor: incremental<unknown>({
          cursor: given.incremental.cursor_path,
          ...(given.incremental.initial_value !== undefined && {
            initialValue: given.incremental.initial_value,
          }),
        }),
      },
    }),
    extract: () => [run.rows],
  });
  const source = sourceOf({
    name: 'conformance',
    resources: [items],
    // the cases have dlt's way with keys that give one name, which is one of the contract's
    schemaContract: { names: 'discardValue' },
    ...(given.root_key === true && { rootKey: true }),
    ...(given.max_table_nesting != null && { maxTableNesting: given.max_table_nesting }),
  });
  return target.run(source as never, ofRun === undefined ? {} : { writeDisposition: ofRun });
}

/** What a run left, as the cases have it. */
interface RunOutcome {
  readonly normalized: Record<string, number>;
  readonly in_tables: Record<string, number>;
  readonly incremental_last_value?: unknown;
}

const inDuckdb: MakeDestination = (folder) => duckdb({ path: path.join(folder, 'case.duckdb') });

/** Runs a case through `pipeline.run` into a destination of its own, and reads back what is there. */
export async function runDatasetCase(
  input: DatasetInput,
  destination: MakeDestination = inDuckdb,
  dataset = 'cases',
): Promise<{ tables?: unknown; runs?: RunOutcome[]; error?: string; error_in_run?: number }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidemark-case-'));
  const target = pipeline({
    name: 'conformance',
    destination: await destination(folder),
    dataset,
    workDir: path.join(folder, 'work'),
  });
  // held open for the case: the file is not opened anew for each look at it
  const held = await target.openDataset();
  try {
    const loads: (readonly string[])[] = [];
    const runs: RunOutcome[] = [];
    for (const [index, run] of input.runs.entries()) {
      try {
        const info = await runOnce(target, input.resource, run);
        loads.push(info.loadIds);
        runs.push(await outcomeOf(target, input, info));
      } catch (error) {
        const cause =
          error instanceof LoadFailedError
            ? error.failures[0]?.code
            : isTidemarkError(error)
              ? error.code
              : undefined;
        if (cause === undefined) throw error;
        return { error: `${cause}: ${(error as Error).message}`, error_in_run: index };
      }
    }
    return { tables: await readTables(target, 'conformance', loads), runs };
  } finally {
    await held.close();
    await target.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function outcomeOf(target: Pipeline, input: DatasetInput, info: LoadInfo): Promise<RunOutcome> {
  const dataset = await target.openDataset();
  try {
    const inTables: Record<string, number> = {};
    for (const name of await dataTables(dataset)) {
      const { rows } = await dataset.query(`SELECT count(*) AS n FROM ${dataset.qualify(name)}`);
      inTables[name] = Number(rows[0]!['n']);
    }
    const normalized = Object.assign({}, ...info.resources.map((report) => report.extracted)) as Record<
      string,
      number
    >;
    const path_ = input.resource.incremental?.cursor_path;
    if (path_ === undefined) return { normalized, in_tables: inTables };
    const { state } = await dataset.snapshot('conformance');
    const cursor = state?.sources?.['conformance']?.resources?.[input.resource.name]?.incremental?.[path_];
    return { normalized, in_tables: inTables, incremental_last_value: cursor?.last_value ?? null };
  } finally {
    await dataset.close();
  }
}
