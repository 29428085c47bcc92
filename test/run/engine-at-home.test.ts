import { existsSync } from 'node:fs';
import { resource } from '../../src';
import type { DatasetHome, HomeState } from '../../src/contracts';
import { type AskHome, engineAtHome, homePlace } from '../../src/run';
import { afterHomeAsk } from '../../workflows/home-state';
import { freshPlace, temporaryFolder } from '../pipeline/harness';
import { sourceOf } from '../pipeline/sources';
import { silent } from '../silent-log';

const folder = temporaryFolder();
const orders = resource({ name: 'orders', extract: () => [[{ id: 1 }]] });
const request = { source: sourceOf('shop', [orders]), log: silent };

/** What `tidemarkHome` does, in this process. */
function homes() {
  const states = new Map<string, HomeState>();
  const asked: DatasetHome[] = [];
  const ask: AskHome = async (place, found) => {
    asked.push(found);
    const after = afterHomeAsk(states.get(place), { version: 1, ...found }, Date.now());
    states.set(place, after.state);
    return after.answer;
  };
  return { states, asked, ask };
}

describe('an engine that loads at the home of a dataset', () => {
  test('asks once a dataset: before it is made, and with the id that was drawn', async () => {
    const { asked, ask } = homes();
    const place = freshPlace(folder);
    await using p = place.pipeline();
    const engine = engineAtHome({ ask, host: 'a' });
    await engine.load(p, request);
    await engine.load(p.isolated('orders'), request);
    await (await engine.open(p)).close();
    expect(asked).toEqual([
      { host: 'a', location: place.file, datasetId: undefined },
      { host: 'a', location: place.file, datasetId: expect.any(String) },
    ]);
    await engineAtHome({ ask, host: 'a' }).load(p, request);
    expect(asked.slice(2)).toEqual([asked[1]]);
  });

  test('makes nothing on another host, for a load as for its books', async () => {
    const { ask } = homes();
    const place = freshPlace(folder);
    const other = freshPlace(folder);
    await using here = place.pipeline();
    // the other host has its file at the same path
    const destination = { ...other.pipeline().destination, describe: () => place.file };
    await using there = other.pipeline({ destination });
    await engineAtHome({ ask, host: 'a' }).load(here, request);
    const engine = engineAtHome({ ask, host: 'b' });
    const refused = { code: 'DATASET_MISMATCH', retryable: false, details: { home: 'a' } };
    await expect(engine.load(there, request)).rejects.toMatchObject(refused);
    await expect(engine.open(there)).rejects.toMatchObject(refused);
    expect(existsSync(other.file)).toBe(false);
  });

  test('lets a host try again where another one is about to make the dataset', async () => {
    const { states, ask } = homes();
    const place = freshPlace(folder);
    await using p = place.pipeline();
    states.set(homePlace(p)!, { host: 'a', location: place.file, since: Date.now() });
    await expect(engineAtHome({ ask, host: 'b' }).load(p, request)).rejects.toMatchObject({
      code: 'DATASET_MISMATCH',
      retryable: true,
    });
    expect(existsSync(place.file)).toBe(false);
  });

  test('goes on where nobody answers, and does not ask for each load', async () => {
    let asks = 0;
    const ask: AskHome = () => {
      asks += 1;
      return Promise.reject(new Error('deadline exceeded'));
    };
    await using p = freshPlace(folder).pipeline();
    const engine = engineAtHome({ ask, host: 'a' });
    for (let load = 0; load < 2; load += 1)
      expect((await engine.load(p, request)).info.resources).toMatchObject([{ status: 'loaded' }]);
    expect(asks).toBe(1);
  });

  test('asks nobody of a dataset that all hosts reach, or that a run has for itself', async () => {
    const { asked, ask } = homes();
    const engine = engineAtHome({ ask, host: 'a' });
    const { destination } = freshPlace(folder).pipeline();
    await using shared = freshPlace(folder).pipeline({ destination: { ...destination, onOneHost: false } });
    await using tried = freshPlace(folder).pipeline({ devMode: true });
    await engine.load(shared, request);
    await engine.load(tried, request);
    expect(asked).toEqual([]);
  });
});
