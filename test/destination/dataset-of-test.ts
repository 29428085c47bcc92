import type { Dataset } from '../../src/destination';
import { rowsOf, type Tested, temporaryFolder } from './harness';

/** Of the test that runs. */
export let dataset: Dataset;
/** Goes on with the dataset opened anew. */
export const goOnWith = (opened: Dataset): void => {
  dataset = opened;
};

/** Within a `describe`: a new dataset for each of its tests; gives the folder that they are in. */
export function datasetForEach(fresh: Tested['fresh']): string {
  const folder = temporaryFolder();
  beforeEach(async () => {
    dataset = await fresh(folder);
  });
  afterEach(() => dataset.close());
  return folder;
}

export const ids = async (): Promise<number[]> =>
  (await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).map((row) => (row as { id: number }).id);
