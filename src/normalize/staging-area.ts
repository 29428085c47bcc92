import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type NamingRules, namingRules, type StoredSchema } from '../schema';
import { ownField } from '../value';
import type { StagedTables, TableChunk } from './batch';
import { decodeChunk, encodeChunk } from './chunk-codec';
import { conformChunk } from './conform-chunk';
import { RandomIds } from './row-ids';
import { TableBuffer } from './table-buffer';
import type { StagingOptions } from './types';

const DEFAULT_BUDGET_BYTES = 24 * 1024 * 1024;
/** Encoded chunks are written together until they are this many bytes. */
const WRITE_BYTES = 8 * 1024 * 1024;

/** A chunk that is kept: in memory, or at a place in the spill file. */
interface KeptChunk {
  chunk: TableChunk | undefined;
  bytes: number;
  rows: number;
  offset: number;
}

/** Holds the batches of a load, in memory up to its budget and in one file beyond. Resources of a load share it. */
export class StagingArea {
  /** The working schema: the rows written so far fit it. */
  readonly schema: StoredSchema;
  /** The schema that the load began with. */
  readonly base: StoredSchema;
  readonly ids: RandomIds;
  /** How the destination names tables and columns. */
  readonly naming: NamingRules;
  readonly #tables = new Map<string, TableBuffer>();
  readonly #kept = new Map<string, KeptChunk[]>();
  readonly #budget: number;
  readonly #folder: string;
  #path = '';
  #file: FileHandle | undefined;
  #fileBytes = 0;
  #memoryBytes = 0;
  #spilling: Promise<void> | undefined;

  constructor(options: StagingOptions) {
    this.base = options.schema;
    this.schema = structuredClone(options.schema);
    this.naming = namingRules(options.maxNameLength);
    this.ids = new RandomIds(options.fillRandom);
    this.#budget = options.budgetBytes ?? DEFAULT_BUDGET_BYTES;
    this.#folder = options.spillDir;
  }

  /** The buffer of a table that the working schema has. */
  table(name: string): TableBuffer {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const schema = ownField(this.schema.tables, name);
    if (schema === undefined) throw new RangeError(`The working schema has no table "${name}".`);
    const kept: KeptChunk[] = [];
    this.#kept.set(name, kept);
    const table = new TableBuffer(schema, (chunk, bytes) => {
      kept.push({ chunk, bytes, rows: chunk.rows, offset: -1 });
      this.#memoryBytes += bytes;
    });
    this.#tables.set(name, table);
    return table;
  }

  /** Bytes of chunks that are held in memory. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** Bytes of a table's batches, in memory and on disk together; rows that no batch is full of yet aren't counted. */
  bytesOf(table: string): number {
    return (this.#kept.get(table) ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get overBudget(): boolean {
    return this.#memoryBytes > this.#budget;
  }

  /** Writes what is held in memory to the working folder; a call while that goes on waits for the same writing. */
  spill(): Promise<void> {
    this.#spilling ??= this.#writeOut().finally(() => {
      this.#spilling = undefined;
    });
    return this.#spilling;
  }

  async #writeOut(): Promise<void> {
    if (this.#file === undefined) {
      await mkdir(this.#folder, { recursive: true });
      this.#path = join(this.#folder, `staged-${randomUUID()}.bin`);
      this.#file = await open(this.#path, 'wx+');
    }
    const file = this.#file;
    let parts: Uint8Array[] = [];
    let waiting: KeptChunk[] = [];
    let size = 0;
    const write = async (): Promise<void> => {
      await file.writev(parts, this.#fileBytes);
      for (const [at, kept] of waiting.entries()) {
        this.#memoryBytes -= kept.bytes;
        kept.chunk = undefined;
        kept.bytes = parts[at]?.byteLength ?? 0;
        kept.offset = this.#fileBytes;
        this.#fileBytes += kept.bytes;
      }
      [parts, waiting, size] = [[], [], 0];
    };
    for (const kept of [...this.#kept.values()].flat()) {
      if (kept.chunk === undefined) continue;
      const encoded = encodeChunk(kept.chunk);
      parts.push(encoded);
      waiting.push(kept);
      size += encoded.byteLength;
      if (size >= WRITE_BYTES) await write();
    }
    if (parts.length > 0) await write();
  }

  /** All tables that rows were written to, ready to be read. Chunks come in the types of the working schema as it is then. */
  stage(): StagedTables {
    for (const table of this.#tables.values()) table.seal();
    const area = this;
    const tables = [...this.#tables.values()].map((table) => ({
      name: table.schema.name,
      rows: table.total,
    }));
    return {
      tables: tables.filter(({ rows }) => rows > 0),
      chunks: (table) => area.#read(table),
      get bytes() {
        return area.#memoryBytes + area.#fileBytes;
      },
      discard: () => area.discard(),
    };
  }

  async *#read(table: string): AsyncIterable<TableChunk> {
    const schema = ownField(this.schema.tables, table);
    if (schema === undefined) return;
    for (const kept of this.#kept.get(table) ?? []) {
      const chunk = kept.chunk ?? (await this.#load(kept));
      yield conformChunk(chunk, schema);
    }
  }

  async #load(kept: KeptChunk): Promise<TableChunk> {
    if (this.#file === undefined)
      throw new RangeError('The staged batches were discarded; they cannot be read again.');
    const bytes = new Uint8Array(kept.bytes);
    await this.#file.read(bytes, 0, kept.bytes, kept.offset);
    return decodeChunk(bytes);
  }

  /** Forgets every batch and removes the file. */
  async discard(): Promise<void> {
    await this.#spilling;
    const file = this.#file;
    this.#file = undefined;
    this.#tables.clear();
    this.#kept.clear();
    this.#memoryBytes = 0;
    this.#fileBytes = 0;
    if (file === undefined) return;
    await file.close();
    await rm(this.#path, { force: true });
  }
}
