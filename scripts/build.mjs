// Compiles the project into dist/ and bundles the workflows; about a second when nothing changed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

/** Removes what was compiled from a source that is gone: `sql.js` of before would hide today's `sql/index.js`. */
function prune() {
  if (!existsSync(dist)) return;
  for (const name of readdirSync(dist, { recursive: true })) {
    const [, stem] = /^(.+?)\.(?:d\.ts|js|js\.map)$/.exec(name) ?? [];
    if (stem === undefined || name === path.join('workflows', 'bundle.js')) continue;
    if (!existsSync(path.join(root, `${stem}.ts`))) rmSync(path.join(dist, name));
  }
}

prune();
for (const args of [
  [tsc, '-p', path.join(root, 'tsconfig.json')],
  [path.join(root, 'dist/workers/build-bundle.js')],
]) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
