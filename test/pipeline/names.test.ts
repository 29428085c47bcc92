import { freshPlace, gate, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

/** What columns of the table hold, by the key that brought it: `variant` is the column that `userId` was given. */
const columnsOf = async (place: ReturnType<typeof freshPlace>) => {
  const columns = (await place.values(
    "SELECT column_name FROM information_schema.columns WHERE table_name = 'items' AND column_name LIKE 'user\\_id%' ESCAPE '\\' ORDER BY 1",
  )) as string[];
  return { columns, variant: columns.find((name) => name !== 'user_id') ?? '' };
};

const items = (name: string, rows: readonly object[], opened?: Promise<void>, begun?: () => void) =>
  resource({
    name,
    tableName: 'items',
    async *extract() {
      begun?.();
      await opened;
      yield rows;
    },
  });

test('keys with one name have the same columns in loads that follow each other', async () => {
  const place = freshPlace(folder);
  const load = (rows: readonly object[]) => place.pipeline().run(sourceOf('shop', [items('items', rows)]));
  await load([{ id: 1, userId: 1 }]);
  const info = await load([{ id: 2, userId: 2, user_id: 20 }]);
  expect(info.resources[0]?.schemaChanges.join('\n')).toContain(
    'key "userId" of table items goes to user_id__v_',
  );
  await load([
    { id: 3, user_id: 30, userId: 3 },
    { id: 4, userId: 4 },
  ]);
  const { columns, variant } = await columnsOf(place);
  expect(columns).toHaveLength(2);
  expect(
    await place.read(
      `SELECT id::INT AS id, user_id::INT AS a, ${variant}::INT AS b FROM data.items ORDER BY id`,
    ),
  ).toEqual([
    { id: 1, a: 1, b: null },
    { id: 2, a: 20, b: 2 },
    { id: 3, a: 30, b: 3 },
    { id: 4, a: null, b: 4 },
  ]);
});

test('keys with one name have the same columns in loads that run side by side', async () => {
  const place = freshPlace(folder);
  const [first, second] = [gate(), gate()];
  // both begin with the empty schema; each sees the keys in its own order
  const source = sourceOf('shop', [
    items('a', [{ id: 1, userId: 1, user_id: 10 }], second.opened, () => first.open()),
    items('b', [{ id: 2, user_id: 20, userId: 2 }], first.opened, () => second.open()),
  ]);
  await place.pipeline().run(source, { parallel: 2 });
  const { columns, variant } = await columnsOf(place);
  expect(columns).toHaveLength(2);
  expect(
    await place.read(
      `SELECT id::INT AS id, user_id::INT AS a, ${variant}::INT AS b FROM data.items ORDER BY id`,
    ),
  ).toEqual([
    { id: 1, a: 10, b: 1 },
    { id: 2, a: 20, b: 2 },
  ]);
});
