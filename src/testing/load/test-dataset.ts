import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { duckdb } from '../../destination';
import { type LoadInfo, type Pipeline, pipeline, type RunOptions } from '../../pipeline';
import { schemaNameOf } from '../../schema';
import { isSource, type Resource, type Source } from '../../source';
import { readTables, type TestTables } from './tables';

/** What can be loaded for a test: a source with what was bound to it, or a resource that belongs to none. */
export type TestSource = Source | Resource;

/** The name of the pipeline that loads for tests. */
const NAME = 'test';
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A dataset in a DuckDB file of its own, in a temporary folder that goes with it. */
export class TestDataset implements AsyncDisposable {
  readonly #folder: string;
  readonly #pipeline: Pipeline;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#pipeline = pipeline({
      name: NAME,
      destination: duckdb({ path: path.join(folder, 'test.duckdb') }),
      workDir: path.join(folder, 'work'),
    });
  }

  static async make(): Promise<TestDataset> {
    return new TestDataset(await mkdtemp(path.join(tmpdir(), 'tidemark-test-')));
  }

  /** One load; what it logs is heard by nobody, unless the options have a log. @throws LoadFailedError */
  run(source: TestSource, options: RunOptions): Promise<LoadInfo> {
    return this.#pipeline.run(source, { log: silent, ...options });
  }

  async read(source: TestSource): Promise<TestTables> {
    const dataset = await this.#pipeline.openDataset();
    try {
      return await readTables(dataset, schemaNameOf(isSource(source) ? source.name : NAME));
    } finally {
      await dataset.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pipeline.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
