import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pause } from '../session/interruption';

const EXTENSIONS = ['', '.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '/index.ts', '/index.js'];
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])(\.{1,2}\/[^'"]+)\1/g;
/** Where config and secrets lie, beside the config file. */
const BESIDE = ['.env', '.dlt/secrets.toml', '.dlt/config.toml'];

/** A config file, what it imports of its project, directly or not, and the files that config is looked up in. */
function watchedFiles(file: string): string[] {
  const found = new Set([file]);
  for (const current of found)
    for (const match of readFileSync(current, 'utf8').matchAll(IMPORT)) {
      const target = path.resolve(path.dirname(current), match[2]!);
      const imported = EXTENSIONS.map((extension) => target + extension).find(isFile);
      if (imported !== undefined && !imported.includes(`${path.sep}node_modules${path.sep}`))
        found.add(imported);
    }
  return [...found, ...BESIDE.map((name) => path.join(path.dirname(file), name))];
}

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

/** Tells whether a config file, or one that it hangs on, was changed: when each was written, and that it is there. */
export function stamp(file: string): string {
  const watched = existsSync(file) ? watchedFiles(file) : [file];
  return watched
    .map((name) => {
      const stats = statSync(name, { throwIfNoEntry: false });
      return stats === undefined ? `${name} -` : `${name} ${stats.mtimeMs} ${stats.size}`;
    })
    .join('\n');
}

/**
 * Finds changes of a config file and of what it imports, from now on. Each call of what it gives calls `changed` after each
 * change that no call before has told, one at a time, until the signal aborts. It asks twice a second: editors replace files
 * rather than write them, which watching by events often misses.
 */
export function changesOf(
  file: string,
): (signal: AbortSignal, changed: () => Promise<void>) => Promise<void> {
  let last = stamp(file);
  return async (signal, changed) => {
    while (!signal.aborted) {
      await pause(ASK_EVERY_MS, signal);
      const now = stamp(file);
      if (signal.aborted || now === last) continue;
      last = now;
      await changed();
    }
  };
}

const ASK_EVERY_MS = 500;
