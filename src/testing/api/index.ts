export { type ApiKeyAuthOptions, apiKeyAuth, basicAuth, bearerAuth } from './auth';
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
export { reply } from './reply';
export { startEmulator } from './server';
export type * from './types';
