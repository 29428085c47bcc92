import { brokenFile } from './file-errors';
import { firstBytes, joined, prefixed } from './first-bytes';
import type { StoredFile } from './types';
import { firstWrongByte, LONGEST_BEGINNING, unfinished } from './wrong-byte';

/** Byte order marks, and what they tell; UTF-8's is three bytes. */
const MARKS: readonly (readonly [encoding: string, ...mark: readonly number[]])[] = [
  ['utf-8', 0xef, 0xbb, 0xbf],
  ['utf-16le', 0xff, 0xfe],
  ['utf-16be', 0xfe, 0xff],
];
const LONGEST_MARK = 3;

/** The name of an encoding that is known: `latin1` is `windows-1252`, as everywhere on the web; undefined for another one. */
export function knownEncoding(label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).encoding;
  } catch {
    return undefined;
  }
}

const lineBreaksIn = (text: string): number => text.split('\n').length - 1;

/**
 * Bytes as text, without a byte order mark. A mark tells the encoding, whatever else is said.
 *
 * @param encoding of a file without a mark
 * @throws FILE_INVALID for bytes that aren't text of this encoding, naming the first of them: counted from 0, in the unpacked file
 * Source of the rule about marks: encoding.spec.whatwg.org, "decode".
 */
export async function* decoded(
  file: StoredFile,
  bytes: AsyncGenerator<Uint8Array, void, void>,
  encoding = 'utf-8',
): AsyncGenerator<string, void, void> {
  const first = await firstBytes(bytes, LONGEST_MARK);
  const marked = MARKS.find(([, ...mark]) => mark.every((byte, index) => first[index] === byte));
  const name = marked?.[0] ?? knownEncoding(encoding) ?? encoding;
  const decoder = new TextDecoder(name, { fatal: true });
  let lines = 1;
  let before = 0;
  let last = new Uint8Array();
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      const begun = unfinished(name, last, before);
      const some = joined([last.subarray(last.length - begun), chunk ?? new Uint8Array()]);
      const wrong = chunk === undefined ? { offset: 0, before: '' } : firstWrongByte(name, some);
      const byte = before - begun + wrong.offset;
      const line = lines + lineBreaksIn(wrong.before);
      const value = `0x${(some[wrong.offset] ?? 0).toString(16).padStart(2, '0')}`;
      const what = chunk === undefined ? 'where it ends within a character' : value;
      throw brokenFile(
        file,
        `is not ${name} at byte ${byte} (${what}, line ${line}); if it is in another encoding, name it: encoding: 'windows-1252'`,
        { cause: error, byte },
      );
    }
  };
  for await (const chunk of prefixed(first, bytes)) {
    const text = decode(chunk);
    before += chunk.length;
    last = joined([last, chunk.subarray(-LONGEST_BEGINNING)]).slice(-LONGEST_BEGINNING);
    yield text;
    lines += lineBreaksIn(text);
  }
  const end = decode();
  if (end !== '') yield end;
}
