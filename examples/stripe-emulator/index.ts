export { type DatasetOptions, type EventRow, makeDataset, type StripeRow } from './dataset';
export { EMPTY_PATHS, KINDS, type Kind, payoutOf } from './kinds';
export {
  type CreatedRange,
  type StripeEmulator,
  type StripeEmulatorOptions,
  startStripeEmulator,
} from './server';
