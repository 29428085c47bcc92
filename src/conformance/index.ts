export { difference, show } from './compare';
export { type DatasetInput, runDatasetCase } from './dataset-case';
export { decode } from './decode';
export { BUILT_IN_NAMES, loadDestination } from './load-destination';
export type { MakeDestination } from './make-destination';
export { outcomeDifference } from './match-outcome';
export { type CheckResult, runSuite, SUITE_KINDS, type SuiteOptions } from './run-suite';
