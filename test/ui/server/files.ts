import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A page's files in a folder: stand-ins for what the build makes. */
export function writeAssets(folder: string): string {
  const assets = path.join(folder, 'assets');
  mkdirSync(assets, { recursive: true });
  writeFileSync(path.join(assets, 'index.html'), '<!doctype html><title>the page</title>');
  writeFileSync(path.join(assets, 'app.js'), `// ${'long enough to compress. '.repeat(100)}`);
  writeFileSync(path.join(assets, 'chunk-ABCD2345.js'), 'export {};');
  writeFileSync(path.join(folder, 'outside.js'), 'not of the page');
  return assets;
}
