import { facebook } from '../../src/sources/facebook';
import type { Place } from '../pipeline/harness';
import { facebookBench } from './facebook-bench';

const bench = facebookBench();
const { start, place: newPlace, source, loaded } = bench;

describe('campaigns, ad sets, ads and creatives', () => {
  const idsIn = async (place: Place, table: string) =>
    place.values(`SELECT id FROM data.${table} ORDER BY id`);
  const having = (...states: string[]) =>
    bench.emulator
      .objects('ads')
      .filter(({ effective_status: state }) => states.includes(String(state)))
      .map(({ id }) => id);

  test('are loaded as they are, without what is archived, each run anew', async () => {
    const emulator = await start({ ads: 60 });
    const place = newPlace();
    const objects = () =>
      source({ pageSize: 7 }).withResources('campaigns', 'ad_sets', 'ads', 'ad_creatives');
    await loaded(place, objects(), '2024-02-10T12:00:00Z');
    const [gone, ...others] = having('ACTIVE');
    emulator.changeAd(gone!, { effective_status: 'ARCHIVED' });
    emulator.changeAd(others[0]!, { name: 'renamed' });
    await loaded(place, objects(), '2024-02-11T12:00:00Z');
    expect(await idsIn(place, 'ads')).toEqual(having('ACTIVE', 'PAUSED', 'DISAPPROVED', 'ADSET_PAUSED'));
    expect(await place.values(`SELECT name FROM data.ads WHERE id = '${others[0]}'`)).toEqual(['renamed']);
    expect(await idsIn(place, 'campaigns')).toEqual(emulator.objects('campaigns').map(({ id }) => id));
    expect(await idsIn(place, 'ad_sets')).toEqual(emulator.objects('adsets').map(({ id }) => id));
    expect(await idsIn(place, 'ad_creatives')).toEqual(emulator.objects('adcreatives').map(({ id }) => id));
  });

  test('of one state replace what was there, and those of another are merged beside them', async () => {
    const emulator = await start({ ads: 60 });
    const place = newPlace();
    const adsIn = (...states: ('DISAPPROVED' | 'PAUSED')[]) =>
      source().bind({ ads: { states } }).withResources('ads');
    await using target = place.pipeline({ name: 'facebook_insights' });
    // what is there before goes
    await target.run(source().withResources('ads'));
    await target.run(adsIn('DISAPPROVED').with({ rootKey: true }), { writeDisposition: 'replace' });
    expect(await idsIn(place, 'ads')).toEqual(having('DISAPPROVED'));
    const [moved] = having('DISAPPROVED');
    emulator.changeAd(moved!, { effective_status: 'PAUSED', tracking_specs: [{ 'action.type': ['moved'] }] });
    await target.run(adsIn('PAUSED'), { writeDisposition: 'merge' });
    expect(await idsIn(place, 'ads')).toEqual(having('DISAPPROVED', 'PAUSED'));
    // the children of the ad that moved were replaced too
    expect(
      await place.read(
        `SELECT count(*)::integer AS specs, count(DISTINCT t._dlt_root_id)::integer AS ads FROM data.ads__tracking_specs t`,
      ),
    ).toEqual([
      { specs: 2 * having('DISAPPROVED', 'PAUSED').length - 1, ads: having('DISAPPROVED', 'PAUSED').length },
    ]);
    expect(
      await place.values(
        `SELECT v.value FROM data.ads__tracking_specs__action_type v JOIN data.ads a ON a._dlt_id = v._dlt_root_id WHERE a.id = '${moved}'`,
      ),
    ).toEqual(['moved']);
  });

  test('refuse a state that there is not, before anything is asked', async () => {
    const emulator = await start();
    expect(() => source().bind({ ads: { states: ['ASLEEP' as 'PAUSED'] } })).toThrow(
      /parameter "states" of the resource "ads" is "\["ASLEEP"\]": a state is one of "ACTIVE", "PAUSED"/,
    );
    expect(emulator.requests).toEqual([]);
  });

  test('are asked for in smaller pages where the API says that it is too much', async () => {
    const emulator = await start({ ads: 60, maxRows: 13 });
    const place = newPlace();
    await loaded(place, source({ pageSize: 100 }).withResources('ads'), '2024-02-10T12:00:00Z');
    expect(await idsIn(place, 'ads')).toHaveLength(
      having('ACTIVE', 'PAUSED', 'DISAPPROVED', 'ADSET_PAUSED').length,
    );
    expect(emulator.requests.slice(0, 4).map(({ query }) => query.get('limit'))).toEqual([
      '100',
      '50',
      '25',
      '12',
    ]);
  });
});

test('what is wrong in the config is told before any request, and listing needs no secret', async () => {
  await start();
  expect(facebook().resourceNames).toEqual(['campaigns', 'ad_sets', 'ads', 'ad_creatives', 'insights']);
  expect(() => source({ accountId: 'my account' }).prepare({ providers: [] })).toThrow(
    /"accountId" of the source "facebook_ads" is "my account": write the digits/,
  );
  expect(() => facebook({ accountId: '1' }).prepare({ providers: [] })).toThrow(
    expect.objectContaining({ code: 'SECRET_MISSING' }),
  );
  expect(() => source({ graphVersion: '25' }).prepare({ providers: [] })).toThrow(/"v25\.0"/);
});
