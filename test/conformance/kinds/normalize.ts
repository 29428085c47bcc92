import { type DatasetInput, runDatasetCase } from '../dataset-case';
import type { Kind } from '../kind';
import { outcomeDifference } from '../match-outcome';

/** Items to tables and dispositions: what lies in a destination after consecutive runs of `pipeline.run`. */
export const kind: Kind = {
  name: 'normalize',
  run: (input, destination) => runDatasetCase(input as DatasetInput, destination),
  matches: outcomeDifference,
};
