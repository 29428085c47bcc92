import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { bumpVersion, checkTableName } from '../schema';
import { ownField } from '../value';
import { applyHints } from './apply-hints';
import { checkBound, checkPresent } from './check-columns';
import { RowFault, rowError } from './row-fault';
import { RowWriter } from './row-writer';
import { StagingArea } from './staging-area';
import type { NormalizeResult, Normalizer, ResourceHints, StagingOptions } from './types';

type NormalizerOptions = { readonly resource: ResourceHints } & (
  | { readonly staging: StagingArea }
  | StagingOptions
);

/** Rows between two looks at the clock, and how long a page may hold the event loop. */
const ROWS_A_LOOK = 256;
const SLICE_MS = 50;

/**
 * Makes tables of a resource's items: flattens them, infers and widens the schema, and keeps the rows as column
 * batches. Give the same `staging` to the normalizers of all resources of one load; how rows are cut into pages makes
 * no difference.
 *
 * @example
 * const normalizer = createNormalizer({ resource, schema: newSchema('shop'), spillDir });
 * await normalizer.write([{ id: 1, lines: [{ sku: 'a' }] }]);
 * const { schema, staged } = await normalizer.finish(); // tables orders and orders__lines
 */
export function createNormalizer(options: NormalizerOptions): Normalizer {
  const area = 'staging' in options ? options.staging : new StagingArea(options);
  return new ResourceNormalizer(area, options.resource);
}

class ResourceNormalizer implements Normalizer {
  readonly #area: StagingArea;
  readonly #resource: ResourceHints;
  readonly #changes: string[] = [];
  readonly #discarded = new Map<string, { rows: number; values: number }>();
  /** By the name that the items give; undefined if the contract refuses the table. */
  readonly #writers = new Map<string, RowWriter | undefined>();
  readonly #tables = new Map<string, RowWriter | undefined>();
  /** The number of the row that is being written, from 1. */
  #row = 0;

  constructor(area: StagingArea, resource: ResourceHints) {
    this.#area = area;
    this.#resource = resource;
  }

  write(items: readonly unknown[]): void | Promise<void> {
    const done = this.#writeSlice(items, 0);
    if (done < items.length || this.#area.overBudget) return this.#writeRest(items, done);
  }

  async #writeRest(items: readonly unknown[], from: number): Promise<void> {
    for (let done = from; ; done = this.#writeSlice(items, done)) {
      if (this.#area.overBudget) await this.#area.spill();
      if (done === items.length) return;
      await setImmediate();
    }
  }

  /** Writes items until memory is full or others have waited long enough; gives the number of the next one. */
  #writeSlice(items: readonly unknown[], from: number): number {
    const { tableName } = this.#resource;
    const start = performance.now();
    let writer: RowWriter | undefined;
    for (let at = from; at < items.length; at++) {
      const item = items[at];
      if (typeof tableName === 'function' || at === from)
        writer = this.#writerOf(
          typeof tableName === 'function' ? tableName(item) : (tableName ?? this.#resource.name),
        );
      if (writer === undefined) this.#discard(this.#tableOf(item), 'rows', 1);
      else this.#writeItem(writer, item);
      if (this.#area.overBudget) return at + 1;
      if ((at - from) % ROWS_A_LOOK === ROWS_A_LOOK - 1 && performance.now() - start > SLICE_MS)
        return at + 1;
    }
    return items.length;
  }

  #writeItem(writer: RowWriter, item: unknown): void {
    this.#row++;
    try {
      writer.write(item);
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      throw rowError(item, { resource: this.#resource.name, row: this.#row });
    }
  }

  #tableOf(item: unknown): string {
    const { name, tableName = name } = this.#resource;
    return this.#area.naming.path(typeof tableName === 'function' ? tableName(item) : tableName);
  }

  #writerOf(name: string): RowWriter | undefined {
    if (this.#writers.has(name)) return this.#writers.get(name);
    const table = this.#area.naming.path(name);
    if (!this.#tables.has(table)) this.#tables.set(table, this.#createWriter(table));
    this.#writers.set(name, this.#tables.get(table));
    return this.#tables.get(table);
  }

  #createWriter(table: string): RowWriter | undefined {
    checkTableName(table, this.#resource.name);
    const hinted = applyHints(this.#area, table, this.#resource, this.#changes);
    if (hinted === undefined) return undefined;
    const buffer = this.#area.table(table);
    for (const name of hinted.rules.declared) {
      const column = buffer.columns.get(name);
      const schema = ownField(hinted.table.columns, name);
      if (column !== undefined) column.declared = true;
      else if (schema?.data_type !== undefined) buffer.add(schema, true);
    }
    return new RowWriter(this.#area, hinted, this.#changes, (name, kind, count) =>
      this.#discard(name, kind, count),
    );
  }

  #discard(table: string, kind: 'rows' | 'values', count: number): void {
    const counts = this.#discarded.get(table) ?? { rows: 0, values: 0 };
    counts[kind] += count;
    this.#discarded.set(table, counts);
  }

  async finish(): Promise<NormalizeResult> {
    const rows = new Map<string, number>();
    const rootTables: string[] = [];
    const staged = this.#area.stage();
    for (const [name, writer] of this.#tables) {
      if (writer === undefined) continue;
      rootTables.push(name);
      writer.countRows(rows);
    }
    for (const [name, count] of rows) {
      const table = this.#area.table(name);
      if (count === 0) continue;
      checkBound(table);
      checkPresent(table);
      table.schema['x-normalizer'] = { ...table.schema['x-normalizer'], 'seen-data': true };
    }
    if (this.#area.overBudget) await this.#area.spill();
    const area = this.#area;
    return {
      get schema() {
        return bumpVersion(structuredClone(area.schema));
      },
      staged,
      rows: Object.fromEntries(rows),
      rootTables,
      schemaChanges: [...this.#changes],
      discarded: Object.fromEntries(this.#discarded),
    };
  }

  abort(): Promise<void> {
    return this.#area.discard();
  }
}
