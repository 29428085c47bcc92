import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities, type Deployment } from '../../activities';
import { duckdb, pipeline, resource } from '../../src';
import { resolveConfig } from '../../src/config';
import type { LoadResourceInput, LoadResourceResult } from '../../src/contracts';
import { sourceOf } from '../pipeline/sources';
import { loadInput } from './load-input';

const INPUT = loadInput({ pipeline: 'real', source: 'shop', resource: 'events' });

/** A load activity over a real DuckDB file in a folder of its own. */
export interface RealLoad {
  readonly file: string;
  readonly environment: MockActivityEnvironment;
  run(changes?: Partial<LoadResourceInput>): Promise<LoadResourceResult>;
  count(): Promise<unknown>;
  remove(): void;
}

/** @param extract the pages of the one resource, `events` */
export function realLoad(
  extract: () => Iterable<readonly object[]> | AsyncIterable<readonly object[]>,
  deployment: Omit<Deployment, 'config'> = {},
): RealLoad {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-real-'));
  const file = path.join(folder, 'real.duckdb');
  const target = pipeline({
    name: 'real',
    dataset: 'data',
    destination: duckdb({ path: file }),
    workDir: path.join(folder, 'work'),
  });
  const events = resource({ name: 'events', primaryKey: 'id', extract });
  const config = resolveConfig({
    pipelines: [{ pipeline: target, source: () => sourceOf('shop', [events]) }],
  });
  const { tidemarkLoadResource } = createActivities({ config, ...deployment });
  const environment = new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });
  return {
    file,
    environment,
    run: (changes = {}) => environment.run(tidemarkLoadResource, { ...INPUT, ...changes }),
    async count() {
      const dataset = await target.openDataset();
      try {
        return (await dataset.query('select count(*)::int as n from events')).rows;
      } finally {
        await dataset.close();
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
