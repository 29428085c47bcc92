import { isAscii, isUtf8 } from 'node:buffer';
import { hasLongDigits } from './exact-json';

/** A body as text. */
export interface BodyText {
  readonly text: string;
  /** Whether the text may hold an integer too long for a number: 16 digits in a row. */
  readonly longDigits: boolean;
  /** Why the text isn't what was sent: its bytes are not what its charset allows, or the charset isn't known. */
  readonly undecoded?: string | undefined;
}

/** US-ASCII too: JSON is UTF-8, and servers say so of both. */
const UTF8 = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii', 'ansi_x3.4-1968']);

const charsetIn = (contentType: string | undefined): string | undefined =>
  /;\s*charset\s*=\s*("[^"]*"|[^\s;,]+)/i
    .exec(contentType ?? '')?.[1]
    ?.replaceAll('"', '')
    .trim() || undefined;

/** The charset that a byte order mark of UTF-16 tells. */
const markedCharset = ([first, second]: Buffer): string | undefined =>
  first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;

/** The decoder of a charset; undefined where it isn't known. */
export function decoderOf(charset: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return undefined;
  }
}

function asUtf8(bytes: Buffer): BodyText {
  const text = bytes.toString('utf8');
  return {
    text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text,
    longDigits: hasLongDigits(bytes),
    undecoded: isUtf8(bytes) ? undefined : 'is not valid UTF-8',
  };
}

interface BodyTextOptions {
  readonly contentType: string | undefined;
  /** Instead of what the content type says. */
  readonly charset: string | undefined;
}

/** Decodes a body by its charset, UTF-8 where none is told. What can't be decoded comes as well as it can, and with the reason. */
export function bodyText(bytes: Buffer, { contentType, charset }: BodyTextOptions): BodyText {
  const label = (charset ?? charsetIn(contentType) ?? markedCharset(bytes) ?? 'utf-8').toLowerCase();
  if (UTF8.has(label)) return asUtf8(bytes);
  const decoder = decoderOf(label);
  if (decoder === undefined && isAscii(bytes)) return asUtf8(bytes);
  if (decoder === undefined)
    return { ...asUtf8(bytes), undecoded: `is in charset "${label.slice(0, 40)}", which is not known here` };
  try {
    return {
      text: decoder.decode(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)),
      longDigits: true,
    };
  } catch {
    return { ...asUtf8(bytes), undecoded: `is not valid ${label}, which is its charset` };
  }
}
