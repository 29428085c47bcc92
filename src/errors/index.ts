export { ERROR_CODES, type ErrorCode } from './codes';
export { namesAndGuess, nearest } from './nearest';
export { isTidemarkError, TidemarkError } from './tidemark-error';
