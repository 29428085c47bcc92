import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitepress';

const PAGES = path.join(import.meta.dirname, '..', '.pages');

/** The id of a heading as GitHub makes it, so that links hold there and here. */
const slugify = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

interface Item {
  readonly text: string;
  readonly link: string;
}

/** The sections of the index with the pages that they name. */
function sidebar(): { text: string; items: Item[] }[] {
  const sections: { text: string; items: Item[] }[] = [];
  for (const line of readFileSync(path.join(PAGES, 'index.md'), 'utf8').split('\n')) {
    const [, title] = /^## (.*)$/.exec(line) ?? [];
    if (title !== undefined) sections.push({ text: title, items: [] });
    for (const [, text = '', link = ''] of line.matchAll(/\[([^\]]+)\]\(([^)#:]+)\.md\)/g))
      sections.at(-1)?.items.push({ text, link: `/${link.replace(/(^|\/)index$/, '$1')}` });
  }
  return sections;
}

export default defineConfig({
  title: 'tidemark',
  description: 'Incremental data loading for TypeScript, driven by data intervals, on Temporal.',
  srcDir: '.pages',
  outDir: 'dist',
  cacheDir: '.cache',
  // a link to a page that isn't there ends the build
  ignoreDeadLinks: false,
  markdown: { anchor: { slugify } },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: sidebar(),
    outline: 'deep',
  },
});
