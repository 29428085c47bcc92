import { incremental } from '../../src';
import { day, days, freshPlace, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

interface Issue {
  readonly id: number;
  readonly created: string;
}

const issueOn = (id: number, created: string): Issue => ({ id, created });

/** Issues by the day that they were created on, and a list that merges by id. */
function tracker(issues: readonly Issue[], starts: unknown[] = []) {
  const appended = resource({
    name: 'issues',
    primaryKey: 'id',
    columns: { created: { dataType: 'text' } },
    incremental: { created: incremental({ cursor: 'created', initialValue: day(1), type: 'iso' }) },
    extract({ incremental: { created } }) {
      starts.push(['issues', created.startValue, created.endValue]);
      return [issues];
    },
  });
  const merged = resource({
    name: 'labels',
    primaryKey: 'id',
    writeDisposition: 'merge',
    incremental: { created: incremental({ cursor: 'created', initialValue: day(1), type: 'iso' }) },
    columns: { created: { dataType: 'text' } },
    extract({ incremental: { created } }) {
      starts.push(['labels', created.startValue, created.endValue]);
      return [issues];
    },
  });
  return sourceOf('tracker', [appended, merged]);
}

describe('full refresh', () => {
  test('of all resources replaces their data and starts their cursors anew', async () => {
    const place = freshPlace(folder);
    const starts: unknown[] = [];
    await place.pipeline().run(tracker([issueOn(1, day(1)), issueOn(2, day(2))]));
    await place
      .pipeline()
      .run(tracker([issueOn(2, day(2)), issueOn(3, day(3))], starts), { writeDisposition: 'replace' });
    expect(starts).toEqual([
      ['issues', day(1), undefined],
      ['labels', day(1), undefined],
    ]);
    await place.pipeline().run(tracker([issueOn(3, day(3)), issueOn(4, day(4))], starts));
    expect(starts.slice(2)).toEqual([
      ['issues', day(3), undefined],
      ['labels', day(3), undefined],
    ]);
    for (const table of ['issues', 'labels'])
      expect(await place.values(`SELECT id FROM data.${table} ORDER BY id`)).toEqual([2, 3, 4]);
    expect(
      await place.values('SELECT DISTINCT status FROM data._tidemark_intervals WHERE generation = 0'),
    ).toEqual(['superseded']);
  });

  test('of one resource leaves the others alone', async () => {
    const place = freshPlace(folder);
    const starts: unknown[] = [];
    await place.pipeline().run(tracker([issueOn(1, day(1)), issueOn(2, day(2))]));
    await place.pipeline().run(tracker([issueOn(9, day(2))], starts).withResources('labels'), {
      fullRefresh: true,
    });
    await place.pipeline().run(tracker([issueOn(3, day(3))], starts));
    expect(starts).toEqual([
      ['labels', day(1), undefined],
      ['issues', day(2), undefined],
      ['labels', day(2), undefined],
    ]);
    expect(await place.values('SELECT id FROM data.issues ORDER BY id')).toEqual([1, 2, 3]);
    expect(await place.values('SELECT id FROM data.labels ORDER BY id')).toEqual([3, 9]);
  });

  test('that fails leaves data, cursor and ledger as they were', async () => {
    const place = freshPlace(folder);
    const starts: unknown[] = [];
    await place.pipeline().run(tracker([issueOn(1, day(1))]));
    const broken = resource({
      name: 'issues',
      primaryKey: 'id',
      incremental: { created: incremental({ cursor: 'created', initialValue: day(1), type: 'iso' }) },
      async *extract() {
        yield [issueOn(7, day(2))];
        throw new Error('gone');
      },
    });
    await expect(place.pipeline().run(sourceOf('tracker', [broken]), { fullRefresh: true })).rejects.toThrow(
      'gone',
    );
    await place.pipeline().run(tracker([issueOn(1, day(1)), issueOn(2, day(2))], starts));
    expect(starts[0]).toEqual(['issues', day(1), undefined]);
    expect(await place.values('SELECT id FROM data.issues ORDER BY id')).toEqual([1, 2]);
  });
});

test('ads are replaced with a root key first, and merged after: the disapproved ones stay', async () => {
  const place = freshPlace(folder);
  const ADS = [
    { id: 1, state: 'DISAPPROVED', actions: [{ kind: 'like' }, { kind: 'view' }] },
    { id: 2, state: 'PAUSED', actions: [{ kind: 'view' }] },
    { id: 3, state: 'PAUSED', actions: [] },
  ];
  const facebook = () =>
    sourceOf('facebook_ads', [
      resource({
        name: 'ads',
        primaryKey: 'id',
        params: { states: ['ACTIVE'] as string[] },
        extract: ({ params }) => [ADS.filter(({ state }) => params.states.includes(state))],
      }),
      resource({ name: 'campaigns', extract: () => [[{ id: 1 }]] }),
    ]);
  const disapproved = facebook()
    .with({ rootKey: true })
    .bind({ ads: { states: ['DISAPPROVED'] } });
  await place.pipeline().run(disapproved.withResources('ads'), { writeDisposition: 'replace' });
  const paused = facebook().bind({ ads: { states: ['PAUSED'] } });
  await place.pipeline().run(paused.withResources('ads'), { writeDisposition: 'merge' });
  await place.pipeline().run(paused.withResources('ads'), { writeDisposition: 'merge' });
  expect(await place.values('SELECT id FROM data.ads ORDER BY id')).toEqual([1, 2, 3]);
  expect(
    await place.read(
      'SELECT a.id::INT AS id, k.kind FROM data.ads a JOIN data.ads__actions k ON k._dlt_root_id = a._dlt_id ORDER BY ALL',
    ),
  ).toEqual([
    { id: 1, kind: 'like' },
    { id: 1, kind: 'view' },
    { id: 2, kind: 'view' },
  ]);
  expect(await place.values('SELECT count(*) FROM data.ads__actions')).toEqual([3]);
});

describe('ranges that are named for a run', () => {
  const ISSUES = [
    issueOn(1, '2022-06-30T23:59:59Z'),
    issueOn(2, '2022-07-01T00:00:00Z'),
    issueOn(3, '2022-07-31T12:00:00Z'),
    issueOn(4, '2022-08-01T00:00:00Z'),
    issueOn(5, '2022-09-01T00:00:00Z'),
  ];
  const repoIssues = (starts: unknown[] = []) =>
    resource({
      name: 'repo_issues',
      primaryKey: 'id',
      columns: { created: { dataType: 'text' } },
      incremental: {
        created: incremental({ cursor: 'created', type: 'iso', initialValue: '1970-01-01T00:00:00Z' }),
      },
      extract({ incremental: { created } }) {
        starts.push(created.startValue);
        return [ISSUES];
      },
    });
  const during = (initialValue: string, endValue: string) =>
    repoIssues().bind({ incremental: { created: { initialValue, endValue } } });
  const july = during('2022-07-01T00:00:00Z', '2022-08-01T00:00:00Z');
  const august = during('2022-08-01T00:00:00Z', '2022-09-01T00:00:00Z');

  test('are loaded half open, one after the other, and touch no cursor', async () => {
    const place = freshPlace(folder);
    expect((await place.pipeline().run(july)).resources[0]).toMatchObject({
      rows: 2,
      cursors: [{ stateless: true }],
    });
    await place.pipeline().run(august);
    expect(await place.values('SELECT id FROM data.repo_issues ORDER BY id')).toEqual([2, 3, 4]);
    const starts: unknown[] = [];
    await place.pipeline().run(repoIssues(starts));
    expect(starts).toEqual(['1970-01-01T00:00:00Z']);
    expect(await place.values('SELECT id FROM data.repo_issues ORDER BY id')).toEqual([1, 2, 3, 4, 5]);
  });

  test('are loaded in one run too, though they are one resource', async () => {
    const place = freshPlace(folder);
    const info = await place.pipeline().run([august, july]);
    expect(info.resources.map(({ resource, rows }) => [resource, rows])).toEqual([
      ['repo_issues', 1],
      ['repo_issues', 2],
    ]);
    expect(await place.values('SELECT id FROM data.repo_issues ORDER BY id')).toEqual([2, 3, 4]);
  });
});

test('a data interval is joined by the incremental that allows it, and by no other', async () => {
  const place = freshPlace(folder);
  const ranges: unknown[] = [];
  const joined = resource({
    name: 'joined',
    primaryKey: 'id',
    incremental: {
      created: incremental({ cursor: 'created', type: 'iso', allowExternalSchedulers: true }),
      id: incremental({ cursor: 'id', initialValue: 0 }),
    },
    columns: { created: { dataType: 'text' } },
    extract({ incremental: { created, id } }) {
      ranges.push([created.startValue, created.endValue, id.startValue, id.endValue]);
      return [[issueOn(1, day(1, 5)), issueOn(2, day(2, 5)), issueOn(3, day(3))]];
    },
  });
  const info = await place.pipeline().run(joined, { interval: days(2, 3) });
  // text compares with +00:00, as dlt has it
  expect(ranges).toEqual([['2024-01-02T00:00:00+00:00', '2024-01-03T00:00:00+00:00', 0, undefined]]);
  expect(info.interval).toEqual(days(2, 3));
  expect(await place.values('SELECT id FROM data.joined')).toEqual([2]);
});
