import type { Writable } from 'node:stream';
import { plainText, styledText } from '../../redaction';

/** Where a command writes: text for a person on one channel, its result on the other. All of it passes the redaction. */
export interface Terminal {
  /** The result: tables, JSON. One line, or several; a newline is added. */
  out(text: string): void;
  /** What is going on, warnings, errors. A newline is added. */
  err(text: string): void;
  /** Raw text to the channel of `err`, without a newline: for a line that is written over. */
  rewrite(text: string): void;
  /** Whether a person watches: only then are lines written over. */
  readonly interactive: boolean;
  /** Whether colours are shown on any of the two; the other one leaves them out. */
  readonly colour: boolean;
  /** Columns of the channel of `err`. */
  readonly columns: number;
  /** Columns of the channel of `out`, where a person reads it; undefined in a file or pipe, where lines are as long as they are. */
  readonly width?: number | undefined;
}

/** A stream as Node's process has it: a terminal's has a width and may have colours. */
export interface TerminalStream extends Pick<Writable, 'write'> {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
}

/**
 * The terminal over two streams. `redact` cuts the secret values out of every text before it leaves, and what a terminal
 * would act on is cut too, but for styles: an API may have said it.
 */
export function createTerminal(options: {
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  readonly redact: (text: string) => string;
  /** Whether colours are shown, whatever the streams are. @default where they are terminals that have colours */
  readonly colour?: boolean | undefined;
  /** Whether no line can be written over. @default false */
  readonly dumb?: boolean | undefined;
}): Terminal {
  const { stdout, stderr, redact, colour, dumb = false } = options;
  const coloured = (stream: TerminalStream): boolean =>
    colour ?? (stream.isTTY === true && (stream.hasColors?.() ?? false));
  const [ofOut, ofErr] = [coloured(stdout), coloured(stderr)];
  const shown = (text: string, colours: boolean): string =>
    colours ? styledText(redact(text)) : plainText(redact(text));
  return {
    out: (text) => void stdout.write(`${shown(text, ofOut)}\n`),
    err: (text) => void stderr.write(`${shown(text, ofErr)}\n`),
    rewrite: (text) => void stderr.write(redact(text)),
    interactive: stderr.isTTY === true && !dumb,
    colour: ofOut || ofErr,
    columns: stderr.columns ?? 100,
    width: stdout.isTTY === true ? stdout.columns : undefined,
  };
}
