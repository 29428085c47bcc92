/** An escaped backslash, a NUL, a pair of surrogates, half of one. */
const ESCAPES =
  /\\\\|\\u0000|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}/g;
const HALF = 6;

/**
 * JSON as databases take it: half of a surrogate pair, as of a text that was cut in an emoji, is no character and becomes U+FFFD.
 * @param nul what an escaped NUL becomes. @default it stays
 */
export const acceptableJson = (text: string, nul = '\\u0000'): string =>
  text.includes('\\u')
    ? text.replace(ESCAPES, (found) =>
        found === '\\u0000' ? nul : found.length === HALF ? '\\ufffd' : found,
      )
    : text;
