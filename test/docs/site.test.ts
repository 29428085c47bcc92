import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { parsePage } from './markdown';
import { readPages } from './pages';

interface Scripts {
  writePages(folder: string): void;
  writeEntries(folder: string): readonly string[];
}

const folder = temporaryFolder('site');
const pages = path.join(folder, 'pages');
let scripts: Scripts;
beforeAll(async () => {
  scripts = await import(pathToFileURL(path.join(ROOT, 'scripts', 'docs-pages.mjs')).href);
  scripts.writePages(pages);
});

/** Links of a page of the site that lead to nothing. */
function faultsOf(name: string): string[] {
  const file = path.join(pages, name);
  const { links } = parsePage(readFileSync(file, 'utf8'));
  return links
    .map(({ target }) => target)
    .filter((target) => !/^(https?|mailto):|^#/.test(target))
    .filter((target) => {
      const at = path.join(path.dirname(file), target.split('#')[0]!);
      const made = path.relative(pages, at).startsWith(`api${path.sep}`);
      return !made && !existsSync(at);
    })
    .map((target) => `${name}: ${target}`);
}

test('pages of the site lead to pages of the site', () => {
  const names = readPages().map(({ name }) =>
    name === 'README.md' ? 'about.md' : name.slice('docs/'.length).replace(/README\.md$/, 'index.md'),
  );
  expect(names.length).toBeGreaterThan(40);
  expect(names.flatMap(faultsOf)).toEqual([]);
});

test('what the site has no page for is plain text, and code stays as it is', () => {
  const production = readFileSync(path.join(pages, 'production.md'), 'utf8');
  expect(production).toContain('examples/docker has a `Dockerfile`');
  expect(production).toContain('[CHANGELOG.md](./changelog.md)');
  const block = "{ name: TEMPORAL_ADDRESS, value: 'temporal.example.com:7233' }";
  expect(production).toContain(block);
});

test('the API has a module for each import of the package', () => {
  const { exports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  const modules = scripts.writeEntries(path.join(folder, 'entries')).map((file) => {
    const text = readFileSync(file, 'utf8');
    const [, from = ''] = /from '(.*)'/.exec(text) ?? [];
    expect(existsSync(path.join(path.dirname(file), `${from}.ts`))).toBe(true);
    return /@module (\S+)/.exec(text)?.[1];
  });
  const imports = Object.keys(exports).filter((at) => at !== './package.json');
  expect(modules).toEqual(imports.map((at) => path.posix.join('tidemark', at)));
});
