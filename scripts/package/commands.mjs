import { spawn } from 'node:child_process';

/**
 * Runs a program to its end.
 *
 * @returns `code`, and `out`: what it wrote to both outputs
 */
export function run(file, args, { cwd, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        out += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, out }));
  });
}

/** As {@link run}, of a program that has to end well. @returns what it wrote */
export async function runWell(file, args, options) {
  const { code, out } = await run(file, args, options);
  if (code !== 0) throw new Error(`${[file, ...args].join(' ')} ended with ${code}:\n${out}`);
  return out;
}
