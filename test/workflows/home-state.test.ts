import type { HomeAsk, HomeState } from '../../src/contracts';
import { afterHomeAsk } from '../../workflows/home-state';

const ask = (host: string, datasetId?: string): HomeAsk => ({
  version: 1,
  host,
  location: `/${host}/shop.duckdb`,
  datasetId,
});
const at = (host: string, datasetId?: string): HomeState => ({
  host,
  location: `/${host}/shop.duckdb`,
  datasetId,
  since: 1_000,
});
const NOW = 2_000;

describe('a worker that asks for the home of a dataset', () => {
  test.each<[string, HomeState | undefined, HomeAsk]>([
    ['is the first to ask', undefined, ask('a')],
    ['has a file from before anybody asked', undefined, ask('a', 'x')],
    ['has drawn its id', at('a'), ask('a', 'x')],
    ['starts again', at('a', 'x'), ask('a', 'x')],
    ['has removed its file', at('a', 'x'), ask('a')],
    ['has put another file there', at('a', 'x'), ask('a', 'y')],
    ['was given the file of the other host', at('a', 'x'), ask('b', 'x')],
    ['was given it after one load', at('a'), ask('b', 'x')],
  ])('may load where it %s, and is its home from then on', (_, state, asking) => {
    const { host, location, datasetId } = asking;
    expect(afterHomeAsk(state, asking, NOW)).toEqual({
      state: { host, location, datasetId, since: NOW },
      answer: { accepted: true, home: { host, location, datasetId } },
    });
  });

  test.each<[string, HomeState, HomeAsk]>([
    ['has no file, and another host has', at('a', 'x'), ask('b')],
    ['has another file than the other host', at('a', 'x'), ask('b', 'y')],
    ['has no file, and another host is about to make one', at('a'), ask('b')],
  ])('may not where it %s, and is told where it is', (_, state, asking) => {
    const { since: _since, ...home } = state;
    expect(afterHomeAsk(state, asking, NOW)).toEqual({ state, answer: { accepted: false, home } });
  });

  test('need not wait for a host that never made a file', () => {
    const later = at('a').since + 60_000;
    expect(afterHomeAsk(at('a'), ask('b'), later - 1).answer.accepted).toBe(false);
    expect(afterHomeAsk(at('a'), ask('b'), later).answer.accepted).toBe(true);
  });
});
