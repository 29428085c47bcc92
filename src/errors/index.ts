export { ERROR_CODES, type ErrorCode } from './codes';
export { isTidemarkError, TidemarkError, type TidemarkErrorOptions } from './tidemark-error';
