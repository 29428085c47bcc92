export { commentsOf, metricSet } from './beside';
export {
  ALL_EXPORTS,
  type DatasetOptions,
  EXPORTS,
  type ExportName,
  makeDataset,
  type RowChange,
  type TicketChange,
} from './dataset';
export { expectedCounts, expectedRows, type Range } from './expected';
export type { Faults } from './faults';
export type { ListName } from './lists';
export type { Row } from './rows';
export { type EmulatorOptions, type Served, startZendeskEmulator, type ZendeskEmulator } from './server';
