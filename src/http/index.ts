export { type ApiKeyOptions, apiKey, basic, bearer } from './auth';
export { type CreateHttpOptions, createHttp, type HttpClient } from './client';
export { type Clock, systemClock } from './clock';
export { parseJsonExactly } from './exact-json';
export { type LimiterSettings, sharedLimiter } from './limiter';
export { type NextLinkOptions, nextLink, unexpectedBody } from './next-link';
export type * from './types';
