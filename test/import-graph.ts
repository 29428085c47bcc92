import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One import or re-export of a file. */
export interface Import {
  /** As it is written: `'../errors'`. */
  readonly specifier: string;
  /** The file that it names, relative to the root. */
  readonly file: string;
  readonly typeOnly: boolean;
  /** `import('…')`, whose specifier has to name the file itself. */
  readonly dynamic: boolean;
}

const IMPORT = /^(?:import|export)\s(type\s)?[^;]*?from '(\.[^']*)'|\bimport\('(\.[^']*)'\)/gms;

/** The TypeScript files below a folder, relative to the root. */
export function filesIn(root: string, folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

/** The relative imports of a file, types and re-exports included. */
export function importsOf(root: string, file: string): readonly Import[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, type, from, dynamic]) => {
    const specifier = (from ?? dynamic)!;
    const at = path.normalize(path.join(path.dirname(file), specifier.replace(/\.js$/, '')));
    const named = existsSync(path.join(root, `${at}.ts`)) ? `${at}.ts` : path.join(at, 'index.ts');
    return { specifier, file: named, typeOnly: type !== undefined, dynamic: dynamic !== undefined };
  });
}

/**
 * The circles among files: each as the files that reach each other, in alphabetical order. A file that imports itself is
 * one too.
 *
 * Source: Tarjan's algorithm for strongly connected components.
 */
export function circlesIn(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    const own = index.size;
    index.set(file, own);
    low.set(file, own);
    stack.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file)!, low.get(next)!));
    }
    if (low.get(file) !== own) return;
    const circle = stack.splice(stack.indexOf(file)).sort();
    if (circle.length > 1 || imports.get(file)?.includes(file)) circles.push(circle);
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return circles.sort();
}
