// Builds the site of the documentation into docs/site/dist: the pages of docs, the API as TypeDoc reads it from the code, and a search. It
// fails where a link leads nowhere. The site asks no other host for anything. Usage: npm run docs
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { writeEntries, writePages } from './docs-pages.mjs';

const site = path.join(path.dirname(import.meta.dirname), 'docs', 'site');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: site, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
const runPackage = (file, ...args) =>
  run(process.execPath, [path.join(site, 'node_modules', ...file.split('/')), ...args]);

if (!existsSync(path.join(site, 'node_modules', 'vitepress'))) run('npm', ['ci']);
writePages(path.join(site, '.pages'));
const entries = writeEntries(path.join(site, 'entries'));
runPackage('typedoc/bin/typedoc', ...entries.flatMap((entry) => ['--entryPoints', entry]));
runPackage('vitepress/bin/vitepress.js', 'build');
