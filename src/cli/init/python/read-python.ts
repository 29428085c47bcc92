import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { TidemarkError } from '../../../errors';
import { isRecord } from '../../../value';
import type { PyNode } from './nodes';

/** Prints the syntax tree of what it reads as JSON. It parses, and never runs or imports anything of it. */
const PROGRAM = `
import ast, json, sys

def plain(node):
    if isinstance(node, list):
        return [plain(one) for one in node]
    if not isinstance(node, ast.AST):
        return node if isinstance(node, (str, int, type(None))) else str(node)
    out = {"type": type(node).__name__}
    if hasattr(node, "lineno"):
        out["line"] = node.lineno
        out["end"] = node.end_lineno
    if isinstance(node, ast.Constant):
        value = node.value
        small = isinstance(value, (int, float)) and abs(value) < 2 ** 53
        out["of"] = type(value).__name__
        out["value"] = value if value is None or isinstance(value, str) or small else None
        return out
    for name, value in ast.iter_fields(node):
        if name not in ("ctx", "type_comment", "type_ignores", "type_params", "kind"):
            out[name] = plain(value)
    return out

try:
    answer = {"tree": plain(ast.parse(sys.stdin.buffer.read()))}
except SyntaxError as error:
    answer = {"problem": error.msg, "line": error.lineno}
except (ValueError, RecursionError, MemoryError) as error:
    answer = {"problem": type(error).__name__ + ": " + str(error)}
answer["python"] = "%d.%d" % sys.version_info[:2]
json.dump(answer, sys.stdout)
`;

/** Pythons in the order in which they are tried. */
const COMMANDS = ['python3', 'python'];
const LARGEST = 2 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/**
 * The syntax tree of a Python file, by Python's own parser. The file is not run.
 *
 * @throws USAGE for a file that isn't there, is too large or isn't valid Python, and where there is no Python 3
 */
export async function readPython(file: string, signal: AbortSignal): Promise<PyNode> {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new TidemarkError('USAGE', `There is no file "${file}" to read.`);
  if (statSync(file).size > LARGEST)
    throw new TidemarkError('USAGE', `"${file}" has more than 2 MiB; name the Python file of the pipeline.`);
  const source = new Uint8Array(await readFile(file));
  for (const command of COMMANDS) {
    const printed = await run(command, source, signal);
    if (printed === undefined) continue;
    const answer = parsed(printed);
    if (isRecord(answer['tree'])) return answer['tree'] as unknown as PyNode;
    const line = typeof answer['line'] === 'number' ? `, line ${answer['line']}` : '';
    throw new TidemarkError(
      'USAGE',
      `"${file}"${line} is not valid Python ${String(answer['python'] ?? '3')}, which "${command}" is: ${String(answer['problem'] ?? 'its parser gave up')}. Correct it, or put a newer Python first in PATH.`,
    );
  }
  throw new TidemarkError(
    'USAGE',
    `Python 3 is needed to read "${file}" (tried ${COMMANDS.join(' and ')}). Install it, for example with "apt-get install python3"; the file isn't run.`,
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(text);
    return isRecord(answer) ? answer : {};
  } catch {
    return {};
  }
}

/** What the program printed; undefined where the command isn't there, or is no Python 3. */
function run(command: string, source: Uint8Array, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['-I', '-S', '-W', 'ignore', '-c', PROGRAM], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: TIMEOUT_MS,
      signal,
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      printed += part;
    });
    // it may end before it has read all
    child.stdin.on('error', () => {});
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(error);
      else resolve(undefined);
    });
    child.once('close', () => resolve(printed === '' ? undefined : printed));
    child.stdin.end(source);
  });
}
