import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './commands.mjs';

/** Beside the one that runs the check. */
const VERSIONS = { 22: '22.23.5', 24: '24.22.3' };

/**
 * Programs of other Node versions, from the packages of npm that bring them.
 *
 * @returns the path of each by its major version; undefined where there is none for this machine
 */
export async function otherNodes(folder) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const names = Object.entries(VERSIONS).map(
    ([major, version]) => `node${major}@npm:node-${system}-${process.arch}@${version}`,
  );
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...names], { cwd: folder });
  const program = (major) => path.join(folder, 'node_modules', `node${major}`, 'bin', 'node');
  return Object.fromEntries(
    Object.keys(VERSIONS).map((major) => [major, existsSync(program(major)) ? program(major) : undefined]),
  );
}
