export type { Repository } from './repository';
export { type DatasetOptions, REACTIONS, type Row } from './rows';
export {
  type GithubEmulator,
  type GithubEmulatorOptions,
  type GithubTable,
  type Range,
  SECONDARY_LIMIT,
  startGithubEmulator,
} from './server';
