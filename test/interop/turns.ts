import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Pipeline, pipeline } from '../../src';
import { defineConfig } from '../../src/config';
import { decode } from '../../src/conformance';
import { releaseIdleFiles } from '../../src/destination';
import { openClient } from '../../src/operate';
import { check } from './checks';
import type { RealDlt, Refresh } from './dlt';
import type { Kind, Place } from './places';
import { type Shape, sourceWith } from './shape';

const NAMES = { pipeline: 'shop', dataset: 'shop_data' } as const;

export type Row = Readonly<Record<string, unknown>>;

/** How dlt runs. */
export interface DltOptions {
  /** Settings by the names that dlt's environment has. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** What it forgets before. */
  readonly refresh?: Refresh;
}

/** Where turns are taken, and by which dlt. */
export interface Ground {
  readonly kind: Kind;
  readonly dlt: RealDlt;
}

/** dlt and tidemark, which take turns on one dataset in a place of its own. */
export class Turns {
  readonly #ground: Ground;
  readonly #shape: Shape;
  readonly #folder: string;
  #place: Place;
  #machines = 0;

  private constructor(ground: Ground, shape: Shape, at: { folder: string; place: Place }) {
    this.#ground = ground;
    this.#shape = shape;
    this.#folder = at.folder;
    this.#place = at.place;
  }

  static async begin(ground: Ground, shape: Shape): Promise<Turns> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-interop-'));
    return new Turns(ground, shape, { folder, place: await ground.kind.place(folder) });
  }

  /** Copies the dataset to another place, in which all goes on. */
  async move(kind = this.#ground.kind): Promise<void> {
    const place = await kind.place(this.#folder);
    const ref = { pipeline: NAMES.pipeline, dataset: NAMES.dataset, workDir: this.#folder };
    const target = await place.tidemark.open(ref);
    await this.#withPipeline(async (from) => {
      const source = await from.openDataset();
      await source.contents((contents) => target.receive(contents, { clock: Date.now }));
    });
    await target.close();
    releaseIdleFiles();
    this.#place = place;
  }

  /** One run of dlt, on a new machine if none is named. */
  async dlt(
    rows: readonly unknown[],
    machine = `machine-${++this.#machines}`,
    { settings = {}, refresh }: DltOptions = {},
  ): ReturnType<RealDlt['run']> {
    const { destination, env } = this.#place.dlt;
    return this.#ground.dlt.run({
      ...NAMES,
      ...this.#shape,
      place: { destination, env: { ...env, ...settings } },
      rows,
      refresh,
      pipelines_dir: path.join(this.#folder, machine),
    });
  }

  async tidemark(rows: readonly unknown[]): Promise<{ start: unknown }> {
    const seen: { start: unknown } = { start: undefined };
    const source = sourceWith(this.#shape, decode(rows) as readonly unknown[], (value) => {
      seen.start = value;
    });
    await this.#withPipeline(async (target) => void (await target.run(source)));
    return seen;
  }

  /** The schema as `tidemark schema export` writes it, and the hash that is stored of it. */
  async exportSchema(): Promise<{ readonly yaml: string; readonly hash: string }> {
    let exported = { yaml: '', hash: '' };
    await this.#withPipeline(async (target) => {
      const source = sourceWith(this.#shape, [], () => undefined);
      const config = defineConfig({ pipelines: [{ pipeline: target, source: () => source }] });
      await using client = await openClient(config, { directory: this.#folder });
      const schemas = await client.schemas(NAMES.pipeline);
      const hash = schemas[this.#shape.source]!.version_hash;
      exported = { yaml: await client.exportSchema(NAMES.pipeline), hash };
    });
    return exported;
  }

  /** tidemark drops the resource. */
  async drop(): Promise<void> {
    const { source, resource } = this.#shape;
    await this.#withPipeline(async (target) => {
      const dataset = await target.openDataset();
      const parts = [{ pipeline: NAMES.pipeline, source, resources: [resource] }];
      await dataset.dropResources({ parts, tables: true, state: true, clock: Date.now });
    });
  }

  async query(sql: string): Promise<readonly Row[]> {
    let rows: readonly Row[] = [];
    await this.#withPipeline(async (target) => {
      const dataset = await target.openDataset();
      rows = (await dataset.query(sql)).rows;
    });
    return rows;
  }

  async count(table: string): Promise<number> {
    return Number((await this.query(`SELECT count(*) AS n FROM ${table}`))[0]?.n);
  }

  async checkContent(when: string, ids: readonly number[]): Promise<void> {
    check(
      `${when}: rows`,
      (await this.query('SELECT id FROM items ORDER BY id')).map(({ id }) => id),
      ids,
    );
    const children = await this.query(
      'SELECT i.id, l.sku, t.value AS tag FROM items i JOIN items__lines l ON l._dlt_parent_id = i._dlt_id JOIN items__lines__tags t ON t._dlt_parent_id = l._dlt_id ORDER BY 1, 3',
    );
    check(
      `${when}: children`,
      children.map(({ id }) => id),
      ids,
    );
    check(`${when}: lines`, await this.count('items__lines'), ids.length);
    check(`${when}: tags`, await this.count('items__lines__tags'), ids.length);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #withPipeline(work: (target: Pipeline) => Promise<void>): Promise<void> {
    const target = pipeline({
      name: NAMES.pipeline,
      dataset: NAMES.dataset,
      destination: this.#place.tidemark,
      workDir: path.join(this.#folder, 'work'),
    });
    try {
      await work(target);
    } finally {
      await target.close();
    }
  }
}
