export { difference, show } from './compare';
export { type DatasetInput, runDatasetCase } from './dataset-case';
export { decode } from './decode';
export type { MakeDestination } from './make-destination';
export { outcomeDifference } from './match-outcome';
