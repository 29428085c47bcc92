import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Dataset } from '../../src/destination';
import type { Place } from './target';

/** Opens a dataset of a place, and closes it after the work. @param place has nothing else in it */
export async function withDataset<T>(
  place: Place,
  work: (dataset: Dataset, at: { readonly name: string }) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidemark-check-'));
  const dataset = await place.destination.open({ pipeline: 'p', dataset: 'data', workDir: folder });
  try {
    return await work(dataset, { name: place.dataset('data') });
  } finally {
    await dataset.close();
    await rm(folder, { recursive: true, force: true });
  }
}
