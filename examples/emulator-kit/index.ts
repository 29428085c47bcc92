export { type ApiKeyAuthOptions, apiKeyAuth, basicAuth, bearerAuth } from './auth';
export { givenOptions } from './given-options';
export { type OAuth2Auth, type OAuth2AuthOptions, oauth2Auth } from './oauth2';
export {
  cursorPage,
  linkHeaderOf,
  linkTo,
  type NumberedPage,
  type NumberedPageOptions,
  numberedPage,
  numberParam,
} from './paging';
export { pick, type Random, randomFor, whole } from './random';
export { reply } from './reply';
export { serveUntilStopped } from './serve';
export { startEmulator } from './server';
export type * from './types';
