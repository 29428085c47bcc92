import fc from 'fast-check';
import { collect, parseBindings } from '../../src/cli/session/options';
import { nearest } from '../../src/errors';
import { rerunCommand, shellCommand } from '../../src/operate';

describe('bindings from the command line', () => {
  test('are JSON by resource and parameter, the last one wins', () => {
    expect(
      parseBindings(['ads.states=["PAUSED"]', 'ads.limit=1', 'repo.name="a.b=c"', 'ads.limit=2']),
    ).toEqual({
      ads: { states: ['PAUSED'], limit: 2 },
      repo: { name: 'a.b=c' },
    });
    expect(parseBindings()).toEqual({});
  });

  test.each([
    ['ads', /write --bind RESOURCE\.PARAM=JSON/],
    ['ads=1', /write --bind RESOURCE\.PARAM=JSON/],
    ['.param=1', /write --bind RESOURCE\.PARAM=JSON/],
    ['repo.name=duckdb', /not JSON; a text is written with its quotes/],
  ])('%s is refused with what to write', (text, message) => {
    expect(() => parseBindings([text])).toThrow(message);
  });

  test('an option that is given several times keeps its order', () => {
    expect(collect('b', collect('a'))).toEqual(['a', 'b']);
  });
});

describe('a guess at a name', () => {
  test.each([
    ['ticket', 'tickets'],
    ['TICKETS', 'tickets'],
    ['tikcet_events', 'ticket_events'],
    ['orders', undefined],
    ['', undefined],
  ])('%j → %j', (name, guess) => {
    expect(nearest(name, ['tickets', 'ticket_events', 'users'])).toBe(guess);
  });

  test('a name that is there is its own guess', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (names) => {
        expect(nearest(names[0]!, names)?.toLowerCase()).toBe(names[0]!.toLowerCase());
      }),
    );
  });
});

describe('the command that tries again', () => {
  const interval = { start: '2023-02-05T00:00:00Z', end: '2023-02-12T06:30:00Z' };

  test('names resources, range and config', () => {
    expect(
      rerunCommand({
        pipeline: 'p',
        zone: 'UTC',
        interval,
        resources: ['a', 'b'],
        config: 'my config.ts',
        local: true,
      }),
    ).toBe(
      "tidemark run p --resource a --resource b --from 2023-02-05 --to 2023-02-12T06:30:00Z --local --config 'my config.ts'",
    );
  });

  test('asks for what was asked for: values, refresh, slice', () => {
    const bind = { repos: { names: ['a b'], depth: 2 } };
    expect(
      rerunCommand({ pipeline: 'p', interval: null, bind, fullRefresh: true, replace: true, force: true }),
    ).toBe(
      `tidemark run p --bind 'repos.names=["a b"]' --bind repos.depth=2 --full-refresh --replace --force`,
    );
  });

  test('a manual run from a date till now is one again, and a run without interval has no date', () => {
    const at = '2023-02-05T00:00:00Z';
    expect(rerunCommand({ pipeline: 'p', zone: 'UTC', interval: { start: at, end: at } })).toBe(
      'tidemark run p --logical-date 2023-02-05',
    );
    expect(rerunCommand({ pipeline: 'p', interval: null })).toBe('tidemark run p');
  });

  test.each(['Europe/Berlin', undefined])(
    'a midnight in UTC is an instant where a bare date is one of another zone: %s',
    (zone) => {
      const at = '2023-02-05T00:00:00Z';
      expect(rerunCommand({ pipeline: 'p', zone, interval })).toBe(
        `tidemark run p --from ${at} --to 2023-02-12T06:30:00Z`,
      );
      expect(rerunCommand({ pipeline: 'p', zone, interval: { start: at, end: at } })).toBe(
        `tidemark run p --logical-date ${at}`,
      );
    },
  );

  test('words are quoted as a shell reads them', () => {
    expect(shellCommand(['a', "it's", 'x y', ''])).toBe(`a 'it'\\''s' 'x y' ''`);
  });
});
