import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** What a fresh checkout doesn't have, and what of it isn't needed to pack. */
const LEFT_OUT =
  /(^|\/)node_modules(\/|$)|^(dist|coverage|bench|docs\/site|\.git|\.tidemark|test\/(?!conformance(\/cases)?(\/|$)))/;

/**
 * `npm pack` of a copy of this tree, built anew as on a fresh checkout: the tree's own `dist` is neither used nor touched.
 *
 * @param root the folder of the package
 * @param into the folder that gets the tarball
 * @returns `tarball`, its path; `files`, each with its `path` and `size` in bytes; `size` and `unpackedSize` in bytes
 */
export function packTree(root, into) {
  mkdirSync(path.join(root, '.tidemark'), { recursive: true });
  // below the tree: paths that a bundler writes down are short ones, whichever machine it is
  const copy = mkdtempSync(path.join(root, '.tidemark', 'package-'));
  try {
    const wanted = (file) => !LEFT_OUT.test(path.relative(root, file).split(path.sep).join('/'));
    for (const name of readdirSync(root)) {
      const from = path.join(root, name);
      if (wanted(from)) cpSync(from, path.join(copy, name), { recursive: true, filter: wanted });
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'dir');
    // its standard output is JSON; what prepack says goes before it
    const said = execFileSync('npm', ['pack', '--json', '--pack-destination', into], {
      cwd: copy,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      shell: process.platform === 'win32',
    });
    const [packed] = JSON.parse(said.slice(said.search(/^\[/m)));
    const { filename, files, size, unpackedSize } = packed;
    return { tarball: path.join(into, filename), files, size, unpackedSize };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
