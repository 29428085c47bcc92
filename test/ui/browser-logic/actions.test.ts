import fc from 'fast-check';
import { parseInstant, zoneNamed } from '../../../src/interval';
import { readBindings } from '../../../ui/actions/model/bindings';
import { type BackfillDraft, type RunDraft, readBackfill, readRun } from '../../../ui/actions/model/drafts';
import { typedDate } from '../../../ui/actions/model/typed-date';
import { webUrl, workflowUrl } from '../../../ui/actions/model/workflow-url';

describe('bound parameters', () => {
  test('are read a line each', () => {
    const { bind, problems } = readBindings(
      'repo.name="duckdb"\n\n repo.limit=100\nissues.labels=["a=b","c"]\n',
    );
    expect(problems).toEqual([]);
    expect(bind).toEqual({ repo: { name: 'duckdb', limit: 100 }, issues: { labels: ['a=b', 'c'] } });
  });

  test('none are none', () => {
    expect(readBindings(' \n')).toEqual({ bind: undefined, problems: [] });
  });

  test('a line that can’t be read is told, the others too', () => {
    const { problems } = readBindings('repo="x"\nrepo.name=duckdb\nrepo.limit=1');
    expect(problems).toEqual([
      '“repo="x"” is not a parameter; write resource.parameter=JSON.',
      'The value of “repo.name=duckdb” is not JSON; a text needs its quotes: repo.name="duckdb".',
    ]);
  });

  test('a name that objects have of themselves is a name like others', () => {
    const { bind } = readBindings('__proto__.polluted=true\nrepo.__proto__=1');
    expect(Object.keys(bind ?? {})).toEqual(['__proto__', 'repo']);
    expect(JSON.stringify(bind)).toBe('{"__proto__":{"polluted":true},"repo":{"__proto__":1}}');
  });
});

const backfill: BackfillDraft = {
  ...{
    from: '',
    to: '',
    select: 'missing',
    chunk: '',
    group: '',
    parallel: '',
    order: 'oldest',
    resources: [],
  },
};

describe('a backfill', () => {
  test('leaves to the server what is not typed', () => {
    const { request } = readBackfill('shop', backfill);
    expect(JSON.parse(JSON.stringify(request))).toEqual({ pipeline: 'shop', select: 'missing' });
  });

  test('has all that is typed', () => {
    const { request, problems } = readBackfill('shop', {
      ...{ from: ' 2024-01-01 ', to: '2024-02-01', select: 'all', chunk: 'month', group: '4', parallel: '8' },
      ...{ order: 'newest', resources: ['orders'] },
    });
    expect(problems).toEqual([]);
    expect(request).toEqual({
      ...{ pipeline: 'shop', from: '2024-01-01', to: '2024-02-01', select: 'all', chunk: 'month' },
      ...{ group: 4, parallel: 8, order: 'newest', resources: ['orders'] },
    });
  });

  test.each(['0', '-1', '1.5', 'x', '1001', '1e9'])('"%s" is not how many at a time', (parallel) => {
    const { request, problems } = readBackfill('shop', { ...backfill, parallel });
    expect(request).toBeUndefined();
    expect(problems).toEqual([`At a time: “${parallel}” is not a whole number from 1 to 1000.`]);
  });
});

describe('a run by hand', () => {
  const run: RunDraft = {
    ...{
      time: 'now',
      logicalDate: '2024-01-01',
      intervalAt: '2024-01-02',
      from: '2024-01-03',
      to: '2024-01-04',
    },
    ...{ resources: [], bind: '' },
  };
  const asked = (time: RunDraft['time']) =>
    JSON.parse(JSON.stringify(readRun('shop', { ...run, time }).request));

  test('has only the date that its choice of time is about', () => {
    expect(asked('now')).toEqual({ pipeline: 'shop' });
    expect(asked('logical-date')).toEqual({ pipeline: 'shop', logicalDate: '2024-01-01' });
    expect(asked('interval-at')).toEqual({ pipeline: 'shop', intervalAt: '2024-01-02' });
    expect(asked('range')).toEqual({ pipeline: 'shop', from: '2024-01-03', to: '2024-01-04' });
  });

  test('without its date, or with a parameter that can’t be read, it is none', () => {
    const { request, problems } = readRun('shop', { ...run, time: 'range', to: ' ', bind: 'x' });
    expect(request).toBeUndefined();
    expect(problems).toHaveLength(2);
  });
});

test('a date that is filled in is read by the server as the same instant', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kolkata'];
  const instant = fc.integer({ min: Date.UTC(1995, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 });
  const midnights = instant.map((seconds) => seconds - (seconds % 86_400));
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.oneof(instant, midnights), (zone, seconds) => {
      expect(parseInstant(typedDate(seconds, zone), zoneNamed(zone))).toBe(seconds * 1000);
    }),
    { numRuns: 400 },
  );
  expect(typedDate(Date.UTC(2024, 6, 31, 22) / 1000, 'Europe/Berlin')).toBe('2024-08-01');
  // midnight comes twice in Havana, 02:30 in Berlin
  for (const hour of [4, 5]) {
    const seconds = Date.UTC(2024, 10, 3, hour) / 1000;
    expect(parseInstant(typedDate(seconds, 'America/Havana'), zoneNamed('America/Havana'))).toBe(
      seconds * 1000,
    );
  }
  expect(typedDate(Date.UTC(2024, 9, 27, 1, 30) / 1000, 'Europe/Berlin')).toBe('2024-10-27T02:30+01:00');
});

describe('links', () => {
  test('lead to the web only', () => {
    expect(webUrl('https://temporal.example.test/x')).toBe('https://temporal.example.test/x');
    for (const text of ['javascript:alert(1)', 'data:text/html,x', '//elsewhere', '', undefined])
      expect(webUrl(text)).toBeUndefined();
  });

  test('to a workflow have its id as one part of the path', () => {
    const place = { uiUrl: 'http://127.0.0.1:8233/', namespace: 'default' };
    expect(workflowUrl(place, 'tidemark-a/b-2024-01-01T00:00:00Z')).toBe(
      'http://127.0.0.1:8233/namespaces/default/workflows/tidemark-a%2Fb-2024-01-01T00%3A00%3A00Z',
    );
    expect(workflowUrl({ uiUrl: undefined, namespace: 'default' }, 'x')).toBeUndefined();
    expect(workflowUrl(place, undefined)).toBeUndefined();
  });
});
