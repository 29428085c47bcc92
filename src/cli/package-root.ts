import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder of tidemark's own package.json, seen from the sources and from dist alike. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}

export function packageVersion(): string {
  const text = readFileSync(path.join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
