import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const IMPORT = /(?:\bfrom|\bimport\(|\bimport)\s*['"]([^'"]+)['"]/g;

/**
 * The modules of others that types of the entry points name, by whatever way they are reached.
 *
 * @param folder that of the package
 * @param entries its declaration files, relative to it
 * @returns names of packages, `node:util` among them, each with a file that names it
 */
export function typeImports(folder: string, entries: readonly string[]): ReadonlyMap<string, string> {
  const waiting = entries.map((entry) => path.join(folder, entry));
  const seen = new Set(waiting);
  const named = new Map<string, string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const text = readFileSync(file, 'utf8').replace(/\/\*.*?\*\//gs, '');
    for (const [, specifier] of text.matchAll(IMPORT)) {
      const target = specifier!.startsWith('.')
        ? declarationOf(path.resolve(file, '..', specifier!))
        : undefined;
      if (target === undefined) named.set(packageOf(specifier!), path.relative(folder, file));
      else if (!seen.has(target)) {
        seen.add(target);
        waiting.push(target);
      }
    }
  }
  return named;
}

/** The file that a relative import means. @throws Error where none was packed */
function declarationOf(target: string): string {
  const stem = target.replace(/\.js$/, '');
  const found = [`${stem}.d.ts`, path.join(stem, 'index.d.ts')].find((file) => existsSync(file));
  if (found === undefined) throw new Error(`No types were packed for ${target}.`);
  return found;
}

/** `zod` of `zod/v4/core`, `@temporalio/client` as it is. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
