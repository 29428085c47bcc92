export { type RestLoaded, restSource } from './rest-source';
export type {
  CursorFormat,
  RestDefaults,
  RestIncremental,
  RestPaginate,
  RestResource,
  RestSourceOptions,
} from './types';
