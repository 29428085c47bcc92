import { createTerminal, type Terminal } from '../../src/cli/output/terminal';

/** A terminal that nobody watches, and all that was printed on it. */
export function fakeTerminal(): { readonly terminal: Terminal; text(): string } {
  const parts: string[] = [];
  const stream = { write: (text: unknown) => parts.push(String(text)) > 0 };
  const terminal = createTerminal({ stdout: stream, stderr: stream, redact: (text) => text });
  return { terminal, text: () => parts.join('') };
}
