import { type DatasetInput, outcomeDifference, runDatasetCase } from '../../../src/conformance';
import type { Kind } from '../kind';

/** Items to tables and dispositions: what lies in a destination after consecutive runs of `pipeline.run`. */
export const kind: Kind = {
  name: 'load',
  run: (input, destination) => runDatasetCase(input as DatasetInput, destination),
  matches: outcomeDifference,
};
