import { spawn } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { smallProject } from './small-project';

const MAIN = path.join(ROOT, 'dist', 'src', 'cli', 'main.js');
const folder = temporaryFolder('streams');
let here: string;
beforeAll(() => {
  here = smallProject(folder);
});

/** Runs the command in a shell, with this environment beside the test's own without what it says of colours. */
function shell(command: string, env: Readonly<Record<string, string>> = {}) {
  const { FORCE_COLOR: _force, NO_COLOR: _no, CI: _ci, ...own } = process.env;
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], {
    cwd: here,
    env: { ...own, NODE: process.execPath, TIDEMARK: MAIN, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += String(text);
  });
  child.stderr.on('data', (text) => {
    said.err += String(text);
  });
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...said })),
  );
}

const TIDEMARK = '"$NODE" "$TIDEMARK"';
const ESC = '\u001b';

describe('what is printed', () => {
  test('to a pipe has no colours and no control characters, but where they are forced', async () => {
    const plain = await shell(`${TIDEMARK} validate; ${TIDEMARK} run users --local`);
    expect(plain.code).toBe(0);
    expect(plain.out + plain.err).not.toMatch(/[^\P{Cc}\n\t]/u);
    expect((await shell(`${TIDEMARK} validate`, { FORCE_COLOR: '1' })).out).toContain(`${ESC}[33mwarning`);
  });

  test('to a terminal has colours, unless NO_COLOR is set or it is dumb', async () => {
    const onTerminal = `script -qec '${TIDEMARK} validate' /dev/null`;
    const [colours, none, dumb] = [{ TERM: 'xterm' }, { TERM: 'xterm', NO_COLOR: '1' }, { TERM: 'dumb' }];
    expect((await shell(onTerminal, colours)).out).toContain(`${ESC}[33mwarning`);
    expect((await shell(onTerminal, none)).out).not.toContain(ESC);
    expect((await shell(onTerminal, dumb)).out).not.toContain(ESC);
  });

  test('to somebody who has gone is let go: what is under way ends as ever', async () => {
    // the reader reads a line and leaves; far more comes than a pipe holds
    const rows = "query 'select * from range(100000)' -p users";
    const { code, out, err } = await shell(`${TIDEMARK} ${rows} | head -1`);
    expect({ code, out, err: err.replace('100,000 rows\n', '') }).toEqual({
      code: 0,
      out: 'range\n',
      err: '',
    });
    const run = await shell(`${TIDEMARK} run users --local --full-refresh | true`);
    expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
  });
});
