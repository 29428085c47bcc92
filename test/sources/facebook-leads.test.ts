import { facebook } from '../../src/sources/facebook';
import { thrown } from '../http/make-client';
import type { Place } from '../pipeline/harness';
import { silent } from '../silent-log';
import { eachPageDue } from './each-page-due';
import { facebookBench } from './facebook-bench';

const bench = facebookBench();
const { start, place: newPlace, source, load, loaded } = bench;

const NOW = '2024-02-10T12:00:00Z';
const stored = (place: Place) => place.values('SELECT id FROM data.leads ORDER BY id');
const served = ({ from = '', to = '9999', organic = true } = {}): unknown[] =>
  bench.emulator
    .leads()
    .filter(({ created_time: time }) => from <= String(time) && String(time) < to)
    .filter(({ is_organic }) => organic || is_organic !== true)
    .map(({ id }) => id)
    .sort();
const byForm = () =>
  source()
    .withResources('leads')
    .bind({ leads: { forms: [...bench.emulator.forms] } });

test('neither leads nor the account are loaded where they are not named', async () => {
  await start();
  expect(facebook().resourceNames).not.toContain('leads');
  expect(facebook().allResourceNames).toEqual(expect.arrayContaining(['leads', 'ad_account']));
});

describe('leads', () => {
  test('of each ad come with what was filled in, without those that no ad brought', async () => {
    await start({ now: NOW, ads: 12 });
    const place = newPlace();
    await loaded(place, source({ pageSize: 20 }).withResources('leads'), NOW);
    expect(served().length).toBeGreaterThan(served({ organic: false }).length);
    expect(await stored(place)).toEqual(served({ organic: false }));
    const answers = await place.values(
      `SELECT v.value FROM data.leads l JOIN data.leads__field_data f ON f._dlt_parent_id = l._dlt_id
       JOIN data.leads__field_data__values v ON v._dlt_parent_id = f._dlt_id WHERE f.name = 'email' ORDER BY 1`,
    );
    expect(answers).toHaveLength(served({ organic: false }).length);
  });

  test('of forms come by runs that go on where the last one ended, which read a day again', async () => {
    const emulator = await start({ now: NOW, ads: 12 });
    const place = newPlace();
    await loaded(place, byForm(), NOW);
    expect(await stored(place)).toEqual(served());
    const before = emulator.requests.length;
    emulator.setNow('2024-02-12T12:00:00Z');
    await loaded(place, byForm(), '2024-02-12T12:00:00Z');
    expect(await stored(place)).toEqual(served());
    const asked = emulator.requests.slice(before).map(({ query }) => query.get('filtering') ?? '');
    expect(asked).toHaveLength(2);
    const [{ value }] = JSON.parse(asked[0]!) as [{ readonly value: number }];
    expect(value).toBeGreaterThan(Date.parse('2024-02-09T00:00:00Z') / 1000);
    expect(value).toBeLessThan(Date.parse('2024-02-09T12:00:00Z') / 1000);
  });

  test('what came to the first form while the last one was read comes with the next run', async () => {
    const later = '2024-02-11T08:00:00Z';
    const emulator = await start({ now: NOW, ads: 60 });
    const place = newPlace();
    // twenty hours go by from one form to the next
    emulator.faults.inject({
      kind: 'slow',
      ms: 0,
      on: ({ path }) => {
        if (path.includes(emulator.forms[1]!)) emulator.setNow(later);
        return false;
      },
    });
    await loaded(place, byForm(), NOW);
    emulator.faults.clear();
    expect((await stored(place)).length).toBeLessThan(served().length);
    await loaded(place, byForm(), later);
    expect(await stored(place)).toEqual(served());
  });

  test('by intervals in any order, one of them twice, are those of the range', async () => {
    await start({ now: NOW, ads: 12 });
    const place = newPlace();
    const chunks = [25, 15, 20, 15].map((day) => ({
      start: `2024-01-${day}T00:00:00Z`,
      end: `2024-01-${day + 5}T00:00:00Z`,
    }));
    for (const interval of chunks) {
      const range = { mode: 'interval' as const, interval, now: NOW };
      await loaded(place, byForm(), NOW, { range });
    }
    expect(await stored(place)).toEqual(served({ from: '2024-01-15', to: '2024-01-30' }));
  });

  test('a load that failed goes on with the form that it had not read', async () => {
    const emulator = await start({ now: NOW, ads: 12 });
    const place = newPlace();
    const options = { loadKey: 'one', onProgress: eachPageDue() };
    const second = ({ path }: { readonly path: string }) => path.includes(emulator.forms[1]!);
    emulator.faults.inject({ kind: 'status', status: 400, on: second, body: { error: { code: 100 } } });
    try {
      const first = await load(place, byForm(), NOW, options);
      expect(first.resources[0]!.status).toBe('failed');
      const before = emulator.requests.length;
      await loaded(place, byForm(), NOW, options);
      expect(emulator.requests.slice(before).every(second)).toBe(true);
    } finally {
      jest.restoreAllMocks();
    }
    expect(await stored(place)).toEqual(served());
  });

  test('that the token may not see are refused with the right that it lacks, and a misspelt form before it is asked', async () => {
    const emulator = await start({ now: NOW, ads: 12 });
    const message = '(#200) Requires leads_retrieval permission to manage the object';
    emulator.faults.inject({ kind: 'status', status: 403, body: { error: { code: 200, message } } });
    const info = await load(newPlace(), byForm(), NOW);
    expect(info.resources[0]!.error?.message).toMatch(/permission "leads_retrieval"/);
    expect(() => source().bind({ leads: { forms: ['my form'] } })).toThrow(/digits of the form/);
  });

  test('that the API keeps no longer are warned of', async () => {
    await start({ now: '2024-06-10T12:00:00Z', ads: 3 });
    const warnings: string[] = [];
    const log = { ...silent, warn: (message: string) => void warnings.push(message) };
    const interval = { start: '2024-02-01T00:00:00Z', end: '2024-02-02T00:00:00Z' };
    const now = '2024-06-10T12:00:00Z';
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.parse(now));
    try {
      await loaded(newPlace(), byForm(), now, { log, range: { mode: 'interval', interval, now } });
    } finally {
      clock.mockRestore();
    }
    expect(warnings).toEqual([expect.stringMatching(/more than 90 days ago/)]);
  });
});

test('the ad account is a row with its amounts as numbers', async () => {
  const emulator = await start({ now: NOW });
  const place = newPlace();
  for (let run = 0; run < 2; run += 1) await loaded(place, source().withResources('ad_account'), NOW);
  expect(
    await place.read('SELECT id, currency, timezone_name, amount_spent::INT AS spent FROM data.ad_account'),
  ).toEqual([
    { id: `act_${emulator.accountId}`, currency: 'EUR', timezone_name: 'Europe/Berlin', spent: 2350117 },
  ]);
});

test('action breakdowns tell the entries of actions apart, and leave the rows as they are', async () => {
  const emulator = await start({ now: NOW, ads: 6 });
  const place = newPlace();
  const actionBreakdowns = ['action_type', 'action_device'];
  const broken = source({ insights: { actionBreakdowns } }).withResources('insights');
  const range = {
    mode: 'interval' as const,
    interval: { start: '2024-02-01T00:00:00Z', end: '2024-02-04T00:00:00Z' },
    now: NOW,
  };
  await loaded(place, broken, NOW, { range });
  await loaded(place, broken, NOW, { range, loadKey: 'again' });
  const rows = emulator.insights({ since: '2024-02-01', until: '2024-02-03', actionBreakdowns });
  expect(await place.values('SELECT count(*) FROM data.insights')).toEqual([rows.length]);
  const told = rows
    .flatMap(({ actions }) => (actions ?? []) as Readonly<Record<string, string>>[])
    .map(({ action_type, action_device, value }) => `${action_type} ${action_device} ${value}`)
    .sort();
  expect(told.some((line) => line.includes('iphone'))).toBe(true);
  expect(
    (
      await place.values(
        `SELECT action_type || ' ' || action_device || ' ' || value FROM data.insights__actions`,
      )
    ).sort(),
  ).toEqual(told);
  // a misspelt option is bad input
  const error = await thrown(
    (async () => source({ insights: { actionBreakdown: ['action_type'] } as never }).prepare())(),
  );
  expect(error.message).toMatch(/actionBreakdown/);
});
