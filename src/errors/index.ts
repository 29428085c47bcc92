export { ERROR_CODES, type ErrorCode } from './codes';
export { guess, namesAndGuess, nearest } from './nearest';
export { quoted, shortened, shown, shownAddress } from './shown';
export { isTidemarkError, TidemarkError } from './tidemark-error';
