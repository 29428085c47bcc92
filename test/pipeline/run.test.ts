import { readdirSync } from 'node:fs';
import { incremental, type LoadProgress, type RunData } from '../../src';
import { freshPlace, gate, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

const things = resource({ name: 'things', extract: () => [[{ id: 1 }, { id: 2 }]] });

describe('plain items', () => {
  test('are appended to the table that is named', async () => {
    const place = freshPlace(folder);
    const p = place.pipeline();
    await p.run([{ id: 1, tags: ['a'] }], { tableName: 'issues' });
    const info = await p.run([{ id: 2 }], { tableName: 'issues' });
    expect(info.resources[0]).toMatchObject({ resource: 'issues', rows: 1 });
    expect(await place.values('SELECT id FROM data.issues ORDER BY id')).toEqual([1, 2]);
    expect(await place.values('SELECT value FROM data.issues__tags')).toEqual(['a']);
  });

  test('are merged by their key: of overlapping lists one instance of each is kept', async () => {
    const place = freshPlace(folder);
    const lists = [
      [
        { id: 1, title: 'one' },
        { id: 2, title: 'two' },
      ],
      [
        { id: 2, title: 'two' },
        { id: 3, title: 'three' },
      ],
    ];
    const options = { tableName: 'issues', writeDisposition: 'merge', primaryKey: 'id' } as const;
    await place.pipeline().run(lists.flat(), options);
    await place.pipeline().run([{ id: 3, title: 'three, again' }], options);
    expect(await place.values('SELECT title FROM data.issues ORDER BY id')).toEqual([
      'one',
      'two',
      'three, again',
    ]);
  });

  test('are replaced, also by none', async () => {
    const place = freshPlace(folder);
    const options = { tableName: 'issues', writeDisposition: 'replace' } as const;
    await place.pipeline().run([{ id: 1 }, { id: 2 }], options);
    await place.pipeline().run([{ id: 3 }], options);
    expect(await place.values('SELECT id FROM data.issues')).toEqual([3]);
    await place.pipeline().run([], options);
    expect(await place.values('SELECT count(*) FROM data.issues')).toEqual([0]);
  });

  test('may come from anything that gives one after the other', async () => {
    const place = freshPlace(folder);
    await using p = place.pipeline();
    async function* slowly() {
      for (let id = 0; id < 2500; id++) yield { id };
    }
    await p.run(slowly(), { tableName: 'slow' });
    await p.run(new Set([{ id: 1 }, { id: 2 }]), { tableName: 'of_set' });
    await p.run([1, 'a', true], { tableName: 'scalars' });
    expect(await p.dataset().rowCounts()).toMatchObject({ slow: 2500, of_set: 2, scalars: 3 });
  });

  test('without a table, and what is no list of items, are refused with the cure', async () => {
    const p = freshPlace(folder).pipeline();
    const refused = async (data: unknown, options = {}): Promise<string> => {
      const error = await p.run(data as RunData, options).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'USAGE' });
      return (error as Error).message;
    };
    expect(await refused([{ id: 1 }])).toContain('tableName');
    const named = { tableName: 'issues' };
    expect(await refused('id,title', named)).toContain('The text "id,title" can\'t be run');
    expect(await refused({ id: 1 }, named)).toContain('A single object');
    expect(await refused(new Uint8Array(3), named)).toContain('A buffer');
    expect(await refused(undefined, named)).toContain('"undefined"');
    expect(await refused(() => sourceOf('shop', [things]), named)).toContain("wasn't called");
    expect(await refused([things, { id: 1 }], named)).toContain('can hold nothing else');
  });
});

describe('several sources and resources', () => {
  test('are loaded by one run, each source with its own schema', async () => {
    const place = freshPlace(folder);
    const left = sourceOf('left', [resource({ name: 'a', extract: () => [[{ id: 1 }]] })]);
    const right = sourceOf('right', [resource({ name: 'b', extract: () => [[{ id: 1 }]] })]);
    const info = await place.pipeline().run([left, right, things]);
    expect(info.resources.map(({ resource, rows }) => [resource, rows])).toEqual([
      ['a', 1],
      ['b', 1],
      ['things', 2],
    ]);
    expect(info.loadIds).toHaveLength(3);
    expect(await place.values('SELECT DISTINCT schema_name FROM data._dlt_version ORDER BY 1')).toEqual([
      'left',
      'right',
      'shop',
    ]);
  });

  test('a disposition of the run is that of every resource, once', async () => {
    const place = freshPlace(folder);
    const p = place.pipeline();
    const source = sourceOf('shop', [things, resource({ name: 'others', extract: () => [[{ id: 7 }]] })]);
    await p.run(source);
    await p.run(source, { writeDisposition: 'replace' });
    expect(await place.values('SELECT count(*) FROM data.things')).toEqual([2]);
    await p.run(source);
    expect(await place.values('SELECT count(*) FROM data.things')).toEqual([4]);
    expect(await place.values('SELECT count(*) FROM data.others')).toEqual([2]);
  });
});

describe('devMode', () => {
  test('writes each run to a dataset of its own, with empty state, and says which', async () => {
    const place = freshPlace(folder);
    const starts: unknown[] = [];
    const counted = resource({
      name: 'counted',
      incremental: { id: incremental({ cursor: 'id', initialValue: 0 }) },
      extract({ incremental: { id } }) {
        starts.push(id.startValue);
        return [[{ id: 1 }, { id: 2 }]];
      },
    });
    await using p = place.pipeline({ devMode: true });
    expect(p.datasetName).toBe('data');
    const first = await p.run(counted);
    expect(p.datasetName).toBe(first.dataset);
    const second = await p.run(counted);
    expect(starts).toEqual([0, 0]);
    for (const { dataset } of [first, second]) expect(dataset).toMatch(/^data_\d{17}$/);
    expect(second.dataset > first.dataset).toBe(true);
    expect(String(second)).toContain(`into dataset ${second.dataset} `);
    expect(await p.dataset().rowCounts()).toEqual({ counted: 2 });
    expect(await p.dataset(first.dataset).rowCounts()).toEqual({ counted: 2 });
    expect(await p.dataset('data').tables()).toEqual([]);
  });

  test('runs at once don’t meet, and a run of several sources is one', async () => {
    const place = freshPlace(folder);
    await using p = place.pipeline({ devMode: true });
    const other = sourceOf('other', [resource({ name: 'others', extract: () => [[{ id: 1 }]] })]);
    const infos = await Promise.all([p.run([things, other]), p.run([things, other]), p.run([things, other])]);
    const names = infos.map(({ dataset }) => dataset);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(await p.dataset(name).rowCounts()).toEqual({ others: 1, things: 2 });
  });
});

describe('a run on its way', () => {
  test('tells how far each resource has come, page by page', async () => {
    const place = freshPlace(folder);
    const told: LoadProgress[] = [];
    const pages = resource({
      name: 'pages',
      async *extract() {
        yield [{ id: 1 }, { id: 2 }];
        yield [];
        yield [{ id: 3 }];
      },
    });
    await place.pipeline().run(pages, { onProgress: (progress) => void told.push(progress) });
    expect(told.map(({ resource, pages, rows }) => [resource, pages, rows])).toEqual([
      ['pages', 1, 2],
      ['pages', 2, 2],
      ['pages', 3, 3],
    ]);
  });

  test('that is cancelled writes nothing of what it was at, says what was loaded before, and leaves no files', async () => {
    const place = freshPlace(folder);
    const abort = new AbortController();
    const reached = gate();
    let closed = false;
    const hanging = resource({
      name: 'hanging',
      async *extract({ signal }) {
        try {
          yield [{ id: 1 }];
          reached.open();
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        } finally {
          closed = true;
        }
      },
    });
    const p = place.pipeline({ workDir: `${folder}/cancelled` });
    const run = p.run(sourceOf('shop', [things, hanging]), { signal: abort.signal });
    await reached.opened;
    abort.abort();
    await expect(run).rejects.toMatchObject({
      code: 'CANCELLED',
      details: { resource: 'hanging', loaded: ['things'] },
      message: expect.stringContaining('Loaded before: things.'),
    });
    expect(closed).toBe(true);
    expect(await place.values('SELECT count(*) FROM data.things')).toEqual([2]);
    expect(
      await place.read('SELECT resource, status, error_code FROM data._tidemark_intervals ORDER BY ALL'),
    ).toEqual([
      { resource: 'hanging', status: 'cancelled', error_code: 'CANCELLED' },
      { resource: 'things', status: 'loaded', error_code: null },
    ]);
    expect(() => readdirSync(`${folder}/cancelled`)).toThrow('ENOENT');
  });

  test('that is cancelled before it begins extracts nothing', async () => {
    const p = freshPlace(folder).pipeline();
    let extracted = false;
    const idle = resource({
      name: 'idle',
      extract: () => {
        extracted = true;
        return [[{ id: 1 }]];
      },
    });
    await expect(p.run(idle, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(extracted).toBe(false);
    expect(await p.dataset().tables()).toEqual([]);
  });
});

test('a name that can’t be a pipeline’s is refused', () => {
  expect(() => freshPlace(folder).pipeline({ name: 'my shop' })).toThrow(
    '"my shop" can\'t be a pipeline\'s name',
  );
});
