export type { AccountOptions, GraphObject } from './account';
export { graphError, tooManyCalls } from './graph';
export type { JobAsked, JobEnd } from './jobs';
export {
  type Edge,
  type FacebookEmulator,
  type FacebookEmulatorOptions,
  startFacebookEmulator,
} from './server';
