import { parse, stringify } from 'lossless-json';
import { hideInJson, hideInParameters, hideInText } from './hide';
import { learnFromJson, learnFromParameters } from './learn';

/** A body as a file keeps it: JSON as it is, a form by field, text, or bytes that are no text. Nothing where there is none. */
export interface RecordedBody {
  /** Numbers as lossless-json has them: each digit is kept. */
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  readonly text?: string;
  readonly base64?: string;
}

/** A body without its secrets; those that it shows are known from then on. */
export function recordBody(bytes: Uint8Array, contentType: string): RecordedBody {
  if (bytes.length === 0) return {};
  const text = textOf(bytes);
  // as bytes it could hold a secret that nobody finds by reading
  if (text === undefined)
    return {
      base64: Buffer.from(hideInText(Buffer.from(bytes).toString('latin1')), 'latin1').toString('base64'),
    };
  if (contentType.includes('x-www-form-urlencoded')) {
    const form = new URLSearchParams(text);
    learnFromParameters(form);
    return { form: hideInParameters(form) };
  }
  // many an API calls its JSON plain text, or a script
  if (/\bjson\b|^$/.test(contentType) || /^\s*[{[]/.test(text)) {
    const json = jsonOf(text);
    if (json !== undefined) {
      learnFromJson(json);
      return { json: hideInJson(json) };
    }
  }
  return { text: hideInText(text) };
}

/** What is sent of a body that was kept. */
export function replayBody({ json, form, text, base64 }: RecordedBody): Buffer | undefined {
  if (json !== undefined) return Buffer.from(stringify(json) ?? '');
  if (form !== undefined) {
    const sent = new URLSearchParams();
    for (const [name, value] of Object.entries(form))
      for (const one of [value].flat()) sent.append(name, one);
    return Buffer.from(sent.toString());
  }
  if (text !== undefined) return Buffer.from(text);
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

/** The text of UTF-8; undefined for bytes that are none. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
