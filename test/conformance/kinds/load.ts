import { type DatasetInput, runDatasetCase } from '../dataset-case';
import type { Kind } from '../kind';
import { outcomeDifference } from '../match-outcome';

/** Items to tables and dispositions: what lies in a DuckDB file after consecutive runs of `pipeline.run`. */
export const kind: Kind = {
  name: 'load',
  run: (input) => runDatasetCase(input as DatasetInput),
  matches: outcomeDifference,
};
