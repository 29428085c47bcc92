import { KnownFacts, SessionFacts } from '../../src/destination/duckdb/known-facts';

const KEY = 'state\np';

/** Facts of a dataset whose stored value is what the test says. */
function dataset(stored: { value: unknown }) {
  const known = new KnownFacts();
  let reads = 0;
  return {
    known,
    reads: () => reads,
    session: () => new SessionFacts(known),
    read: async (): Promise<unknown> => {
      reads += 1;
      return structuredClone(stored.value);
    },
  };
}

test('what one session read, the next ones know, and nobody can change', async () => {
  const { session, read, reads } = dataset({ value: { at: [1] } });
  const value = (await session().of(KEY, read)) as { at: number[] };
  expect(await session().of(KEY, read)).toBe(value);
  expect(reads()).toBe(1);
  expect(() => value.at.push(2)).toThrow('not extensible');
});

test('a fact that does not exist is known too', async () => {
  const { session, read, reads } = dataset({ value: undefined });
  expect(await session().of(KEY, read)).toBeUndefined();
  expect(await session().of(KEY, read)).toBeUndefined();
  expect(reads()).toBe(1);
});

test('what a transaction changes it reads anew, and others once it has committed', async () => {
  const stored = { value: 1 };
  const { session, read, reads } = dataset(stored);
  const writer = session();
  writer.begun();
  expect(await writer.of(KEY, read)).toBe(1);
  stored.value = 2;
  writer.forget(KEY);
  expect(await writer.of(KEY, read)).toBe(2);
  expect(await session().of(KEY, read)).toBe(1);
  writer.ended('committed');
  expect(await session().of(KEY, read)).toBe(2);
  expect(reads()).toBe(3);
});

test('what a transaction makes of a fact holds when it commits, and not when it is rolled back', async () => {
  const { session, read } = dataset({ value: 1 });
  const [kept, undone] = [session(), session()];
  expect(await undone.of(KEY, read)).toBe(1);
  undone.begun();
  undone.become(KEY, 5);
  expect(undone.known(KEY)).toEqual({ value: 5 });
  undone.ended('rolled back');
  expect(session().known(KEY)).toEqual({ value: 1 });
  kept.begun();
  kept.become(KEY, 2);
  kept.ended('committed');
  expect(session().known(KEY)).toEqual({ value: 2 });
});

test('where nobody knows whether a transaction committed, everything is read anew', async () => {
  const { session, read, reads } = dataset({ value: 1 });
  const writer = session();
  await writer.of(KEY, read);
  writer.begun();
  writer.become(KEY, 2);
  writer.ended('unknown');
  expect(await session().of(KEY, read)).toBe(1);
  expect(reads()).toBe(2);
});

test('what a transaction sees that began before a commit is not what the others are told', async () => {
  const { session, read } = dataset({ value: 'old' });
  const [reader, writer] = [session(), session()];
  reader.begun();
  writer.begun();
  writer.forget(KEY);
  writer.ended('committed');
  expect(await reader.of(KEY, read)).toBe('old');
  expect(session().known(KEY)).toBeUndefined();
});

test('who holds the load keys can be forgotten at once', async () => {
  const { session, read } = dataset({ value: 1 });
  const writer = session();
  writer.begun();
  writer.become('holder\na', 1);
  writer.ended('committed');
  await writer.of(KEY, read);
  writer.begun();
  writer.become('holder\nb', 1);
  writer.forgetHolders();
  writer.become('holder\nc', 1);
  expect(writer.known('holder\na')).toBeUndefined();
  writer.ended('committed');
  const after = session();
  expect(['holder\na', 'holder\nb', 'holder\nc', KEY].map((key) => after.known(key as typeof KEY))).toEqual([
    undefined,
    undefined,
    { value: 1 },
    { value: 1 },
  ]);
});

test('several facts are recalled as of one moment, or not at all', async () => {
  const { session, read } = dataset({ value: 1 });
  const one = session();
  await one.of(KEY, read);
  expect(one.recall([KEY, 'lastLoadId'])).toBeUndefined();
  await one.of('lastLoadId', read);
  expect(one.recall([KEY, 'lastLoadId'])).toEqual([1, 1]);
});
