const [ESC, BELL, CSI, OSC, END] = ['\u001b', '\u0007', '\u009b', '\u009d', '\u009c'];
/** What moves the cursor or sets a mode or colour; what sets a title, a link or the clipboard. */
const ESCAPES = new RegExp(
  `(?:${ESC}\\[|${CSI})[0-?]*[ -/]*[@-~]|(?:${ESC}\\]|${OSC})[^${BELL}${ESC}${END}]*(?:${BELL}|${ESC}\\\\|${END})`,
  'g',
);
const STYLE = new RegExp(`(${ESC}\\[[0-9;]*m)`);
const CONTROLS = /(?![\n\t])\p{Cc}/gu;

/** A text without what a terminal acts on: escape sequences and control characters, other than tabs and line ends. */
export function plainText(text: string): string {
  return /\p{Cc}/u.test(text)
    ? text.replace(ESCAPES, '').replaceAll('\r\n', '\n').replace(CONTROLS, '')
    : text;
}

/** {@link plainText} that keeps colours and other styles of text, which do no harm. */
export const styledText = (text: string): string =>
  text
    .split(STYLE)
    .map((part, at) => (at % 2 === 1 ? part : plainText(part)))
    .join('');
