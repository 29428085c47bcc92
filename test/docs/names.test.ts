import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';
import { readPages } from './pages';

/** Words of the code: codes of errors and warnings, variables of the environment, settings. */
function wordsOfCode(): ReadonlySet<string> {
  const words = new Set<string>();
  for (const name of readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.ts'))
      for (const [word] of readFileSync(path.join(ROOT, 'src', name), 'utf8').matchAll(
        /\b[A-Za-z]+(?:_[A-Z]+)*\b/g,
      ))
        words.add(word);
  return words;
}

/** `ACCESS_TOKEN`, as the environment has the setting `accessToken`. */
const settingOf = (variable: string): string =>
  variable.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Variables that other programs read. */
const FOREIGN = /^(AWS|ERR_PNPM|GOOGLE|PG|TEMPORAL)_/;

test('codes, settings and variables that the pages name are in the code', () => {
  const words = wordsOfCode();
  const named = readPages().flatMap(({ name, inlineCode }) =>
    inlineCode
      .filter(({ target }) => /^[A-Z]+(_[A-Z]+)+$/.test(target))
      .map(({ target, line }) => ({ place: `${name}:${line}`, target })),
  );
  expect(named.length).toBeGreaterThan(60);
  const unknown = named.filter(({ target }) => !words.has(target) && !words.has(settingOf(target)));
  expect(unknown.filter(({ target }) => !FOREIGN.test(target))).toEqual([]);
  expect(words.has('DESTINATION_IS_TIRED')).toBe(false);
});
