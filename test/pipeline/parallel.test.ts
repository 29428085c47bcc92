import { freshPlace, gate, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

/** Three resources that end when the test lets them; `begun` lists which have begun. */
function gated() {
  const begun: string[] = [];
  const gates = { a: gate(), b: gate(), c: gate() };
  const starts = { a: gate(), b: gate(), c: gate() };
  const one = (name: keyof typeof gates) =>
    resource({
      name,
      async *extract() {
        begun.push(name);
        starts[name].open();
        yield [{ id: 1 }];
        await gates[name].opened;
      },
    });
  return { begun, gates, starts, source: sourceOf('shop', [one('a'), one('b'), one('c')]) };
}

test('so many resources are loaded at a time, and reported in their order', async () => {
  const place = freshPlace(folder);
  const { begun, gates, starts, source } = gated();
  const run = place.pipeline().run(source, { parallel: 2 });
  await Promise.all([starts.a.opened, starts.b.opened]);
  expect([...begun].sort()).toEqual(['a', 'b']);
  gates.b.open();
  await starts.c.opened;
  expect(begun).toHaveLength(3);
  gates.c.open();
  gates.a.open();
  const info = await run;
  expect(info.resources.map(({ resource: name, rows }) => [name, rows])).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 1],
  ]);
  expect(info.loadIds).toHaveLength(3);
});

test('one that fails keeps none of the others from being loaded', async () => {
  const place = freshPlace(folder);
  const { gates, source } = gated();
  for (const one of Object.values(gates)) one.open();
  const broken = source.map('b', () => {
    throw new Error('no b today');
  });
  await expect(place.pipeline().run(broken, { parallel: 3 })).rejects.toMatchObject({
    failures: [{ resource: 'b', message: expect.stringContaining('no b today') }],
    info: { resources: [{ resource: 'a', rows: 1 }, { status: 'failed' }, { resource: 'c', rows: 1 }] },
  });
});

test('cancelled, it tells what was loaded before, and begins nothing more', async () => {
  const place = freshPlace(folder);
  const { begun, gates, starts, source } = gated();
  const controller = new AbortController();
  const run = place.pipeline().run(source, { parallel: 2, signal: controller.signal });
  gates.b.open();
  await starts.c.opened;
  controller.abort();
  gates.a.open();
  gates.c.open();
  await expect(run).rejects.toMatchObject({
    code: 'CANCELLED',
    details: { resource: 'a', loaded: ['b'] },
    message: expect.stringContaining('Loaded before: b.'),
  });
  expect(begun).toHaveLength(3);
  expect(await place.values('SELECT DISTINCT resource FROM data._tidemark_intervals WHERE rows > 0')).toEqual(
    ['b'],
  );
});

test('what they change of the state that they share is all kept', async () => {
  const place = freshPlace(folder);
  const both = gate();
  let extracting = 0;
  const one = (name: string) =>
    resource({
      name,
      async *extract({ sourceState }) {
        const before = Number(sourceState['count'] ?? 0);
        extracting += 1;
        if (extracting === 2) both.open();
        await both.opened;
        sourceState['count'] = before + 1;
        yield [{ id: 1 }];
      },
    });
  await place.pipeline().run(sourceOf('shop', [one('a'), one('b')]), { parallel: 2 });
  const dataset = await place.pipeline().openDataset();
  expect((await dataset.snapshot('shop')).state?.sources?.['shop']).toMatchObject({ count: 2 });
  await dataset.close();
});

test.each([0, -1, 1.5])('%d at a time are refused', async (parallel) => {
  const run = freshPlace(folder).pipeline().run(gated().source, { parallel });
  await expect(run).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(`"${parallel}"`),
  });
});
