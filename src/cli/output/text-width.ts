const ESC = '\u001b';
const STYLES = new RegExp(`${ESC}\\[[0-9;]*m`, 'g');
const PLAIN = /^[\x20-\x7e]*$/;
/** What takes two columns: East Asian wide and full-width letters, and emoji. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const INVISIBLE = /^[\p{Mark}\p{Cc}\p{Cf}]+$/u;

const letters = new Intl.Segmenter();

const widthOfLetter = (letter: string): number => (INVISIBLE.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1);

/** How many columns of a terminal a line takes; styles take none. */
export function textWidth(text: string): number {
  const shown = text.includes(ESC) ? text.replace(STYLES, '') : text;
  if (PLAIN.test(shown)) return shown.length;
  let width = 0;
  for (const { segment } of letters.segment(shown)) width += widthOfLetter(segment);
  return width;
}

/** The text, or its beginning and `…` where it takes more columns than that; letters are never cut in two. */
export function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const style = text.includes(ESC) ? (text.match(STYLES) ?? []) : [];
  let kept = '';
  let left = width - 1;
  for (const { segment } of letters.segment(text.replace(STYLES, ''))) {
    left -= widthOfLetter(segment);
    if (left < 0) break;
    kept += segment;
  }
  const cut = `${kept}…`;
  return style.length === 0 ? cut : `${style[0]}${cut}${style.at(-1)}`;
}
