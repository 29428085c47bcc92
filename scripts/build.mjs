// Compiles the project into dist/ and bundles the workflows; about a second when nothing changed.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const root = path.dirname(import.meta.dirname);
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

for (const args of [
  [tsc, '-p', path.join(root, 'tsconfig.json')],
  [path.join(root, 'dist/workers/build-bundle.js')],
]) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
