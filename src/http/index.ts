export { type ApiKeyOptions, apiKey, basic, bearer } from './auth';
export { bodyReader } from './body-path';
export { createHttp, type HttpClient } from './client';
export type { Clock } from './clock';
export { type CursorPagesOptions, cursorPages } from './cursor-pages';
export { parseJsonExactly } from './exact-json';
export { linkHeader, linkTo } from './link-header';
export type { HttpMeter } from './meter';
export { nextLink } from './next-link';
export {
  type OAuth2ClientCredentialsOptions,
  type OAuth2RefreshOptions,
  oauth2ClientCredentials,
  oauth2Refresh,
} from './oauth2';
export { type OffsetPagesOptions, offsetPages } from './offset-pages';
export { authentication, checkHttpOptions, headers, paginator, statuses } from './option-checks';
export type * from './options';
export { type PageNumbersOptions, pageNumbers } from './page-numbers';
export { countIn } from './page-place';
export { plainlyMore } from './plainly-more';
export type { RateAsk, RateBudgets, RateGrant } from './rate-budget';
export {
  type ResponseAction,
  type ResponseActions,
  type ResponseRule,
  responseActions,
} from './response-actions';
export {
  addressSign,
  flagSigns,
  linkSigns,
  type Sign,
  signFields,
  signsIn,
} from './signs-of-more';
export type * from './types';
export { unexpectedBody } from './unexpected-body';
