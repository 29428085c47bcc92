import type { RunData } from '../../src';
import { freshPlace, temporaryFolder } from './harness';

const folder = temporaryFolder();
const page = (...ids: readonly number[]): readonly { readonly id: number }[] => ids.map((id) => ({ id }));

async function* asynchronously(items: Iterable<unknown>): AsyncGenerator<unknown> {
  for (const item of items) yield await Promise.resolve(item);
}
function* pages(): Generator<unknown> {
  yield page(1, 2);
  yield [];
  yield page(3);
}
function* mixed(): Generator<unknown> {
  yield { id: 1 };
  yield page(2, 3);
  yield { id: 4 };
  yield { id: 5 };
}

test.each<[string, () => RunData, readonly number[]]>([
  ['pages of a generator', pages, [1, 2, 3]],
  ['pages of an asynchronous generator', () => asynchronously(pages()), [1, 2, 3]],
  ['pages and single items among them, in their order', mixed, [1, 2, 3, 4, 5]],
  ['a list of pages', () => [page(1, 2), [], page(3)] as unknown as RunData, [1, 2, 3]],
  ['a set of items', () => new Set(page(1, 2)), [1, 2]],
  [
    'a page of more items than are handed on at once',
    () => [page(...Array(2500).keys())] as unknown as RunData,
    [...Array(2500).keys()],
  ],
  ['single items of a generator', () => page(...Array(2500).keys()).values(), [...Array(2500).keys()]],
])('%s become a row for each item', async (_, data, ids) => {
  const place = freshPlace(folder);
  await using p = place.pipeline();
  await p.run(data(), { tableName: 'items' });
  expect(await place.values('SELECT id FROM data.items ORDER BY rowid')).toEqual(ids);
  const tables =
    "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'items\\_\\_%' ESCAPE '\\'";
  expect(await place.values(tables)).toEqual([]);
});
