export type { AccountOptions, GraphObject } from './account';
export { graphError, tooManyCalls } from './graph';
export type { JobOutcome, RequestedJob } from './jobs';
export {
  type Edge,
  type FacebookEmulator,
  type FacebookEmulatorOptions,
  startFacebookEmulator,
} from './server';
