import { TidemarkError } from '../../errors';
import { checkArgument, listOf, record } from '../../options';
import type { LoadInfo, RunOptions } from '../../pipeline';
import { isResource, isSource } from '../../source';
import { withoutUndefined } from '../../value';
import { instantOf, type TestInstant } from '../clock';
import { type ExpectRowsOptions, expectRows, rowsOf } from './expect-rows';
import type { PlainRow } from './rows';
import { TestDataset, type TestSource } from './test-dataset';

/** One load of a test: the options of `pipeline.run` that are about which rows come. */
export interface TestRun
  extends Pick<
    RunOptions,
    'interval' | 'writeDisposition' | 'fullRefresh' | 'parallel' | 'replaceSlice' | 'force' | 'signal' | 'log'
  > {
  /**
   * The one now of the run, at which an interval "till now" ends. Of a clock that which it shows when the run begins.
   * @default the machine's clock
   */
  readonly now?: TestInstant | undefined;
  /** Called before the run: to change what the API has, or its clock. */
  readonly before?: (() => void | Promise<void>) | undefined;
}

/** Options of {@link loadForTest}. */
export interface TestLoadOptions extends TestRun {
  /** Loads into one dataset, one after the other; what one doesn't say is as the options beside say. @default one load */
  readonly runs?: readonly TestRun[];
}

/** What was loaded. It is read already: nothing is open, and nothing is left to remove. */
export interface TestLoad {
  /** The outcome of each run. */
  readonly infos: readonly LoadInfo[];
  /** Names of the tables, child tables too, as they are in the database. */
  readonly tables: readonly string[];
  /**
   * The rows of a table as plain data, without dlt's columns, in the order of the primary key, else as they are stored.
   * Child tables are lists in their parents' rows, `labels` of `issues__labels`; a list of single values is one of these.
   * Instants, dates and times of day are ISO text, decimals their text, JSON parsed; integers beyond 2^53 are bigint.
   * @throws USAGE for a table that isn't there, naming those that are
   */
  rows<R extends object = PlainRow>(table: string): R[];
  /**
   * Asks that a table holds just these rows, in any order. Rows are as {@link rows} gives them; null, undefined and an empty
   * list are the same as being left out, and instants, dates and numbers may be written in any way.
   *
   * @throws AssertionError (of `node:assert`) naming each row and column that differs; USAGE for a column that isn't there
   * @example loaded.expectRows('issues', [{ id: 1, title: 'first', labels: ['bug'] }], { columns: ['title', 'labels'] })
   */
  expectRows(table: string, rows: readonly object[], options?: ExpectRowsOptions): void;
}

/**
 * Loads a source into a temporary DuckDB file, as a pipeline would, and gives the tables. The file is gone when it returns.
 * Works in any test framework. Some of a source's resources are `source.withResources('orders')`.
 *
 * @throws LoadFailedError when a resource was not loaded; what `pipeline.run` throws
 * @example
 * const loaded = await loadForTest(shop({ baseUrl: api.url }), { runs: [{ interval: monday }, { interval: tuesday }] });
 * loaded.expectRows('orders', [{ id: 1, total: 9.5, lines: [{ sku: 'a', count: 2 }] }]);
 */
export async function loadForTest(source: TestSource, options: TestLoadOptions = {}): Promise<TestLoad> {
  checkSourceGiven('loadForTest', source);
  checkArgument('loadForTest', 'runs', options.runs ?? [], listOf(record));
  const { runs = [{}], ...common } = options;
  await using dataset = await TestDataset.make();
  const infos: LoadInfo[] = [];
  for (const run of runs) {
    const { before, now, ...rest } = { ...common, ...withoutUndefined({ ...run }) };
    await before?.();
    infos.push(await dataset.run(source, { ...rest, now: now === undefined ? undefined : instantOf(now) }));
  }
  const tables = await dataset.read(source);
  return {
    infos,
    tables: [...tables.keys()],
    rows: <R extends object>(table: string) => rowsOf(tables, table) as R[],
    expectRows: function called(name, rows, how) {
      expectRows({ tables, name, called }, rows, how);
    },
  };
}

/** @throws USAGE for what is neither a source nor a resource */
export function checkSourceGiven(owner: string, source: unknown): void {
  if (isSource(source) || isResource(source)) return;
  const called = typeof source === 'function' ? ' Call the source function: it gives the source.' : '';
  throw new TidemarkError('USAGE', `${owner} takes a source or a resource.${called}`);
}
