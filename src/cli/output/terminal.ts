import type { Writable } from 'node:stream';
import { styledText } from '../../redaction';

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
  /** Whether colours are shown; honours NO_COLOR and FORCE_COLOR as Node's streams do. */
  readonly colour: boolean;
  readonly columns: number;
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
}): Terminal {
  const { stdout, stderr, redact } = options;
  const shown = (text: string): string => styledText(redact(text));
  return {
    out: (text) => void stdout.write(`${shown(text)}\n`),
    err: (text) => void stderr.write(`${shown(text)}\n`),
    rewrite: (text) => void stderr.write(redact(text)),
    interactive: stderr.isTTY === true,
    colour: stdout.isTTY === true && (stdout.hasColors?.() ?? false),
    columns: stderr.columns ?? 100,
  };
}
