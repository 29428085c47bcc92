import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';
import { parsePage } from './markdown';
import { readPages } from './pages';

const pages = readPages();

const LONGEST = 180;
/** Rows of tables, which can't be broken, in pages that have longer ones. */
const LONG_ROWS = /^(README|docs\/(client|destinations|sources\/\w+))\.md$/;

/** Where a link leads that leads nowhere; undefined for a good one. */
function faultOf(page: string, target: string): string | undefined {
  if (/^(https?|mailto):/.test(target)) return undefined;
  const [file = '', anchor] = target.split('#');
  const name = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
  if (!existsSync(path.join(ROOT, name))) return `${name} isn't there`;
  if (anchor === undefined) return undefined;
  const { anchors } = parsePage(readFileSync(path.join(ROOT, name), 'utf8'));
  return anchors.has(anchor) ? undefined : `${name} has no heading #${anchor}`;
}

test('every relative link and anchor of the pages leads somewhere', () => {
  const faults = pages.flatMap(({ name, links }) =>
    links.flatMap(({ target, line }) => {
      const fault = faultOf(name, target);
      return fault === undefined ? [] : [`${name}:${line} ${target}: ${fault}`];
    }),
  );
  expect(faults).toEqual([]);
});

test('a link to nowhere is found', () => {
  expect(faultOf('docs/client.md', 'nowhere.md')).toBe("docs/nowhere.md isn't there");
  expect(faultOf('docs/client.md', 'workers.md#nothing')).toBe('docs/workers.md has no heading #nothing');
  expect(faultOf('docs/client.md', 'workers.md#many-hosts')).toBeUndefined();
});

test('every page of docs can be reached from its index', () => {
  const links = new Map(
    pages.map(({ name, links: all }) => [
      name,
      all.map(({ target }) => path.posix.join(path.posix.dirname(name), target.split('#')[0] ?? '')),
    ]),
  );
  const reached = new Set<string>();
  const waiting = ['docs/README.md'];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...(links.get(name) ?? []));
  }
  expect(pages.map(({ name }) => name).filter((name) => !reached.has(name) && name !== 'README.md')).toEqual(
    [],
  );
});

test('lines have at most 180 characters, but for what programs print', () => {
  const long = pages.flatMap(({ name, text, blocks }) => {
    const output = blocks
      .filter(({ language }) => language === '')
      .map((block) => [block.line, block.line + block.text.split('\n').length - 2] as const);
    return text.split('\n').flatMap((line, index) => {
      const at = index + 1;
      const printed = output.some(([first, last]) => first <= at && at <= last);
      const row = line.startsWith('|') && LONG_ROWS.test(name);
      return line.length > LONGEST && !printed && !row ? [`${name}:${at} has ${line.length}`] : [];
    });
  });
  expect(long).toEqual([]);
});
