import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const READY = 'Ctrl-C stops';
const READY_WITHIN_MS = 120_000;

/**
 * Starts `tidemark dev` in a project, with variables, has something done meanwhile, and stops it as Ctrl-C does.
 *
 * @throws Error with what it wrote, where it doesn't get ready or ends badly
 */
export async function whileDev(folder, env, work) {
  const program = path.join(folder, 'node_modules', 'tidemark', 'dist', 'src', 'cli', 'main.js');
  const dev = spawn(process.execPath, [program, 'dev', '--no-ui'], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  const ended = once(dev, 'close');
  let out = '';
  try {
    await new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`"tidemark dev" isn't ready:\n${out}`)),
        READY_WITHIN_MS,
      );
      for (const stream of [dev.stdout, dev.stderr])
        stream.setEncoding('utf8').on('data', (text) => {
          out += text;
          if (!out.includes(READY)) return;
          clearTimeout(late);
          resolve();
        });
      dev.on('close', (code) => reject(new Error(`"tidemark dev" ended with ${code}:\n${out}`)));
      dev.on('close', () => clearTimeout(late));
    });
    await work();
  } finally {
    dev.kill('SIGINT');
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`"tidemark dev" ended with ${code}:\n${out}`);
}
