import { createTerminal, type Terminal, type TerminalStream } from '../../src/cli/output/terminal';
import { runCli } from '../../src/cli/run-cli';
import { checkJson } from './check-json';

/** What a call of the command printed, and how it ended. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function recorder(): { readonly stream: TerminalStream; text(): string } {
  const parts: string[] = [];
  return {
    stream: {
      write: (chunk: unknown) => {
        parts.push(String(chunk));
        return true;
      },
    },
    text: () => parts.join(''),
  };
}

/** Calls the command in this process, as a script would: no terminal, nobody interrupts unless told. JSON is checked. */
export async function callCli(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly interrupted?: AbortSignal } = {},
): Promise<CliResult> {
  const stdout = recorder();
  const stderr = recorder();
  const code = await runCli(argv, {
    stdout: stdout.stream,
    stderr: stderr.stream,
    interrupted: options.interrupted ?? new AbortController().signal,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const result = { code, stdout: stdout.text(), stderr: stderr.text() };
  await checkJson(argv, result);
  return result;
}

/** A terminal without colours, of which what is written to stderr is kept. */
export function recordedTerminal(): { readonly terminal: Terminal; err(): string } {
  const stderr = recorder();
  const terminal = createTerminal({
    stdout: recorder().stream,
    stderr: stderr.stream,
    redact: (text) => text,
  });
  return { terminal, err: stderr.text };
}
