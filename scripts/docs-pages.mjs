// The pages of the site, made of those of the repository: a README.md becomes the index of its folder, links follow, and what
// leads to code becomes plain text, since the site has pages only.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
/** Pages beside docs, and where they are on the site. */
const OTHERS = {
  'README.md': 'about.md',
  'ARCHITECTURE.md': 'architecture.md',
  'CONTRIBUTING.md': 'contributing.md',
  'CHANGELOG.md': 'changelog.md',
};

/** The page that leads to what TypeDoc makes. */
const API = 'docs/reference/api.md';

/** Where each page of the repository is on the site, by its path. */
function placesOf() {
  const below = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => name.endsWith('.md') && !name.startsWith('site/'));
  const docs = below.map((name) => [`docs/${name}`, name.replace(/(^|\/)README\.md$/, '$1index.md')]);
  return new Map([...docs, ...Object.entries(OTHERS)]);
}

/** A link of a page of the repository as the page on the site has it; undefined where the site has nothing there. */
function linkOnSite(target, page, places) {
  const [file, anchor] = target.split('#');
  if (file === '') return target;
  const at = path.posix.join(path.posix.dirname(page), file);
  const from = path.posix.dirname(places.get(page));
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (places.has(at)) return `./${path.posix.relative(from, places.get(at))}${hash}`;
  if (/^docs\/.*\.(png|svg)$/.test(at)) return `./${path.posix.relative(from, at.slice('docs/'.length))}`;
  return existsSync(path.join(root, at)) ? undefined : target;
}

/** The text of a page with its links changed. What is in a block of code stays. */
function textOnSite(page, places) {
  const parts = readFileSync(path.join(root, page), 'utf8').split(/(^ *```[\s\S]*?^ *```$)/m);
  return parts
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(/(!?)\[((?:`[^`]*`|[^\]`])*)\]\(([^)\s]+)\)/g, (whole, mark, text, target) => {
            if (/^(https?|mailto):/.test(target)) return whole;
            const link = linkOnSite(target, page, places);
            return link === undefined ? text : `${mark}[${text}](${link})`;
          }),
    )
    .join('');
}

/**
 * Writes a file for each entry point of the package, by which TypeDoc names a module as it is imported.
 * @returns their paths
 */
export function writeEntries(folder) {
  rmSync(folder, { recursive: true, force: true });
  const { exports, name } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([, entry]) => typeof entry === 'object')
    .map(([at, { types }]) => {
      const module = path.posix.join(name, at);
      const source = path.join(root, types.replace('./dist/', '').replace(/\.d\.ts$/, ''));
      const file = path.join(folder, `${module}.ts`);
      const from = path.relative(path.dirname(file), source).split(path.sep).join('/');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `/** @module ${module} */\nexport * from '${from}';\n`);
      return file;
    });
}

/** Writes all pages and pictures into a folder, which is emptied first. */
export function writePages(folder) {
  rmSync(folder, { recursive: true, force: true });
  const places = placesOf();
  for (const [page, place] of places) {
    const file = path.join(folder, place);
    mkdirSync(path.dirname(file), { recursive: true });
    const text = textOnSite(page, places);
    writeFileSync(file, page === API ? `${text}\n[All modules](../api/index.md)\n` : text);
  }
  cpSync(path.join(root, 'docs', 'images'), path.join(folder, 'images'), { recursive: true });
}
