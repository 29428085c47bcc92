import type { Place } from '../pipeline/harness';
import { eachPageDue } from './each-page-due';
import { facebookBench } from './facebook-bench';

const { start, place: newPlace, source, load, loaded } = facebookBench();

const METRICS = 'impressions::varchar impressions, clicks::varchar clicks, spend::varchar spend';

/** What a table has of insights, in the form in which the API told it. */
const stored = (place: Place, ids = 'ad_id') =>
  place.read(
    `SELECT date_start::varchar AS date_start, ${ids}, ${METRICS.replace('spend::varchar', 'round(spend, 2)::decimal(18,2)::varchar')},
       (SELECT a.value FROM data.insights__actions a WHERE a._dlt_root_id = i._dlt_id AND a.action_type = 'purchase') AS purchases
     FROM data.insights i ORDER BY ALL`,
  );

const told = (rows: readonly Record<string, unknown>[], ids: readonly string[] = ['ad_id']) =>
  rows
    .map((row) => ({
      date_start: row['date_start'],
      ...Object.fromEntries(ids.map((id) => [id, row[id]])),
      impressions: row['impressions'],
      clicks: row['clicks'],
      spend: row['spend'],
      purchases:
        (row['actions'] as { action_type: string; value: string }[] | undefined)?.find(
          ({ action_type: type }) => type === 'purchase',
        )?.value ?? null,
    }))
    .sort((a, b) => (JSON.stringify(Object.values(a)) < JSON.stringify(Object.values(b)) ? -1 : 1));

describe('insights', () => {
  test('by daily runs read the attribution window again, so that every day is as the API tells it now', async () => {
    const emulator = await start({ now: '2024-02-10T12:00:00Z', ads: 12 });
    const place = newPlace();
    await loaded(place, source().withResources('insights'), '2024-02-10T12:00:00Z');
    const first = emulator.insights();
    expect(await stored(place)).toEqual(told(first));
    expect(emulator.jobs[0]).toMatchObject({ since: '2024-01-01', until: '2024-01-07' });
    for (const day of ['2024-02-11', '2024-02-12']) {
      const before = emulator.jobs.length;
      emulator.setNow(`${day}T12:00:00Z`);
      await loaded(place, source().withResources('insights'), `${day}T12:00:00Z`);
      const asked = emulator.jobs.slice(before);
      expect(asked.map(({ since }) => since)[0]).toBe(day === '2024-02-11' ? '2024-02-03' : '2024-02-04');
      expect(asked.at(-1)!.until).toBe(day);
    }
    expect(await stored(place)).toEqual(told(emulator.insights()));
    expect(emulator.insights({ until: '2024-02-09' })).not.toEqual(first);
  });

  test('as a backfill in parallel and in any order, with a rerun, are the rows served', async () => {
    const emulator = await start({ now: '2024-04-01T12:00:00Z', ads: 10 });
    const place = newPlace();
    const weeks = [3, 1, 4, 0, 2].map((week) => ({
      start: new Date(Date.UTC(2024, 0, 8 + 7 * week)).toISOString(),
      end: new Date(Date.UTC(2024, 0, 15 + 7 * week)).toISOString(),
    }));
    const run = (interval: { start: string; end: string }) =>
      loaded(place, source().withResources('insights'), '2024-04-01T12:00:00Z', {
        range: { mode: 'interval', interval },
      });
    await Promise.all(weeks.slice(0, 3).map(run));
    for (const week of [...weeks.slice(3), weeks[0]!]) await run(week);
    expect(
      emulator.jobs
        .map(({ since, until }) => `${since} ${until}`)
        .sort()
        .slice(0, 2),
    ).toEqual(['2024-01-08 2024-01-14', '2024-01-15 2024-01-21']);
    expect(await stored(place)).toEqual(
      told(emulator.insights({ since: '2024-01-08', until: '2024-02-11' })),
    );
  });

  test('by level and breakdown are rows of their own, with columns of their types', async () => {
    const emulator = await start({ now: '2024-02-01T12:00:00Z', ads: 20 });
    const place = newPlace();
    const asked = { level: 'campaign' as const, breakdowns: ['publisher_platform'], jobDays: 30 };
    await loaded(place, source({ insights: asked }).withResources('insights'), '2024-02-01T12:00:00Z');
    expect(await stored(place, 'campaign_id, publisher_platform')).toEqual(
      told(emulator.insights(asked), ['campaign_id', 'publisher_platform']),
    );
    expect(
      await place.read(
        `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'insights' AND column_name IN ('date_start', 'impressions', 'spend', 'campaign_id') ORDER BY 1`,
      ),
    ).toEqual([
      { column_name: 'campaign_id', data_type: 'VARCHAR' },
      { column_name: 'date_start', data_type: 'DATE' },
      { column_name: 'impressions', data_type: 'BIGINT' },
      { column_name: 'spend', data_type: expect.stringContaining('DECIMAL') },
    ]);
  });

  test('begin where the API still has data, and end today where the account is', async () => {
    // in Berlin it is the 11th already
    const emulator = await start({ now: '2024-02-10T23:30:00Z', ads: 5 });
    const place = newPlace();
    await loaded(
      place,
      source({ startDate: '2000-01-01', insights: { jobDays: 90 } }).withResources('insights'),
      '2024-02-10T23:30:00Z',
    );
    expect(emulator.jobs[0]!.since).toBe('2021-01-12');
    expect(emulator.jobs.at(-1)!.until).toBe('2024-02-11');
    expect(await stored(place)).toEqual(told(emulator.insights()));
  });

  test('of a range before that ask for nothing', async () => {
    const emulator = await start({ now: '2024-02-10T12:00:00Z' });
    const [report] = (
      await loaded(
        newPlace(),
        source({ startDate: '2019-01-01', endDate: '2019-02-01' }).withResources('insights'),
        '2024-02-10T12:00:00Z',
      )
    ).resources;
    expect({ rows: report!.rows, jobs: emulator.jobs }).toEqual({ rows: 0, jobs: [] });
  });

  test('come though jobs fail or are skipped: they are started again, and cut where that does not help', async () => {
    const emulator = await start({ now: '2024-01-14T12:00:00Z', ads: 12 });
    emulator.setJobEnd(({ number, since, until }) => {
      if (number === 1) return 'failed';
      if (number === 2) return 'skipped';
      if (since !== '2024-01-08' || since === until) return 'completed';
      return until === '2024-01-14' ? 'failed' : 'refused';
    });
    const place = newPlace();
    await loaded(place, source().withResources('insights'), '2024-01-14T12:00:00Z');
    expect(emulator.jobs.map(({ since, until }) => `${since.slice(8)}-${until.slice(8)}`)).toEqual([
      ...['01-07', '01-07', '01-07', '08-14', '08-14', '08-14', '08-11'],
      ...['08-09', '08-08', '09-09', '10-11', '12-14'],
    ]);
    expect(await stored(place)).toEqual(told(emulator.insights()));
  });

  test.each(['failed', 'skipped', 'refused', 'hanging'] as const)(
    'of a day whose jobs are all %s fail with the day, the cause and the cure',
    async (end) => {
      await start({ now: '2024-01-01T12:00:00Z', jobEnd: () => end });
      const [report] = (
        await load(
          newPlace(),
          source({ insights: { jobTimeoutSeconds: end === 'hanging' ? 0.02 : 60 } }).withResources(
            'insights',
          ),
          '2024-01-01T12:00:00Z',
        )
      ).resources;
      expect(report!.error).toMatchObject({ code: 'EXTRACT_FAILED', retryable: true });
      expect(report!.error!.message).toMatch(/"2024-01-01" failed (once|3 times).*insights\.fields/);
      expect(report!.error!.message).toContain(
        { failed: 'Job Failed', skipped: 'Job Skipped', refused: 'too much data', hanging: 'no end after' }[
          end
        ],
      );
    },
  );

  test('go on after the last job that was read when a load is tried again', async () => {
    const emulator = await start({ now: '2024-01-23T12:00:00Z', ads: 5 });
    const place = newPlace();
    const onProgress = eachPageDue();
    const attempt = () =>
      load(place, source({ insights: { jobDays: 1 } }).withResources('insights'), '2024-01-23T12:00:00Z', {
        loadKey: 'key',
        onProgress,
      });
    emulator.setJobEnd(({ since }) => (since === '2024-01-20' ? 'failed' : 'completed'));
    expect((await attempt()).resources[0]).toMatchObject({ status: 'failed' });
    const before = emulator.jobs.length;
    emulator.setJobEnd(() => 'completed');
    expect((await attempt()).resources[0]).toMatchObject({ status: 'loaded' });
    jest.restoreAllMocks();
    expect(emulator.jobs[before]!.since).toBe('2024-01-20');
    expect(await stored(place)).toEqual(told(emulator.insights()));
  });
});
