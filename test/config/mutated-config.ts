import { Secret } from '../../src/config';
import { resource, sourceOf } from '../../src/source';

/** A config with every setting that there is, made anew for each mutation. */
export function fullConfig(): Record<string, unknown> {
  const things = resource({
    name: 'things',
    *extract() {
      yield [1];
    },
  });
  const source = () => sourceOf({ name: 's', resources: [things] });
  const run = () => ({
    decompose: { kind: 'parallel', limit: 4 },
    triggerRule: 'all_done',
    retries: 3,
    maxActiveRuns: 2,
    mode: 'interval',
    timeout: '2h',
    http: { rateLimit: { requests: 10, per: '1m' }, concurrency: 2 },
    hooks: {
      onFailure: { url: 'https://example.com/hook', headers: { authorization: 'Bearer hidden-header' } },
      onSuccess: () => {},
    },
  });
  return {
    temporal: {
      address: 'localhost:7233',
      namespace: 'default',
      taskQueue: 'tidemark',
      apiKey: 'hidden-api-key',
      tls: { serverName: 'example.com', serverRootCaFile: 'ca.pem' },
      profile: 'default',
      worker: { maxConcurrentActivities: 4, maxCachedWorkflows: 10, gracefulStop: '10s', memoryLimit: '2GB' },
    },
    defaults: run(),
    pipelines: [
      {
        ...run(),
        pipeline: { name: 'p', devMode: false },
        source,
        overrides: { things: { retries: 5, timeout: '1h' } },
        schedule: {
          cron: '0 6 * * MON-FRI',
          timezone: 'Europe/Berlin',
          startDate: '2023-02-01',
          endDate: new Date('2023-08-01T00:00:00Z'),
          catchup: true,
          jitter: '5m',
          paused: false,
          delay: '2m',
          lookback: '1d',
        },
      },
      { pipeline: { name: 'q' }, source: () => [source()], schedule: { every: '90m' } },
    ],
  };
}

const circular: Record<string, unknown> = {};
circular['self'] = circular;

/** What is written by mistake, or comes from a file or a variable that holds something else. */
const STRANGE: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1.5,
  () => 1e10,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => -0,
  () => 10n,
  () => 10n ** 400n,
  () => Symbol('s'),
  () => Symbol.iterator,
  () => '',
  () => ' ',
  () => 'constructor',
  () => '__proto__',
  () => 'toString',
  () => 'hasOwnProperty',
  () => 'x'.repeat(100_000),
  () => `${'1'.repeat(1000)}d`,
  () => '999999999999d',
  () => 'P999999999999Y',
  () => '@every 99999999999999h',
  () => '0000-01-01',
  () => '0000-01-01T00:00:00+25:00',
  () => '2024-01-01T00:00:00+25:00',
  () => '9999-12-31T23:59:59-23:59',
  () => '20-2020',
  () => 'TZ=constructor 0 0 * * *',
  () => '0 0 30 2 *',
  () => '*/0 * * * *',
  () => '# a comment',
  () => 'file:///etc/passwd',
  () => 'javascript:alert(1)',
  () => 'UTC',
  () => '\u0000\ufeff\u2028',
  () => '\ud800',
  () => new Date(Number.NaN),
  () => new Date(8.64e15),
  () => new Date(-8.64e15),
  () => ({ toMillis: () => 'text' }),
  () => ({
    toMillis: () => {
      throw new Error('no time');
    },
  }),
  () => [],
  () => [[]],
  () => ({}),
  () => circular,
  () => [circular],
  () => ({ amount: 10n }),
  () => Object.create(null),
  () => ({ constructor: 1, valueOf: 2 }),
  () => JSON.parse('{"__proto__": {"cron": "@daily"}}') as unknown,
  () => new Map([['a', 1]]),
  () => Promise.resolve(1),
  () => /a/,
  () => new Error('an error'),
  () => () => undefined,
  () => () => {
    throw new TypeError('of the author');
  },
  () => () => {
    throw null;
  },
  () => async () => [],
  () => class {},
  () => new Secret('hidden-secret'),
  () => Buffer.from('abc'),
  () =>
    new Proxy(new (class Hostile {})(), {
      get() {
        throw new Error('a proxy');
      },
    }),
];

const NAMES = ['constructor', '__proto__', 'valueOf', 'toString', 'retry', 'cronn', 'x'.repeat(100_000), ''];

/** Random numbers of a seed (mulberry32): the same ones each time. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Container = Record<string, unknown>;

const isContainer = (value: unknown): value is Container =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype);

function containersIn(value: unknown, found: Container[] = []): readonly Container[] {
  if (!isContainer(value) || found.includes(value)) return found;
  found.push(value);
  for (const one of Object.values(value)) containersIn(one, found);
  return found;
}

const define = (object: Container, key: string, value: unknown): void =>
  void Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });

function misspelt(name: string, random: (below: number) => number): string {
  const at = random(name.length);
  const kind = random(3);
  if (kind === 0) return name.slice(0, at) + name.slice(at + 1);
  return kind === 1
    ? `${name.slice(0, at)}${name[at] ?? ''}${name.slice(at)}`
    : name.slice(0, at) + (name[at] ?? '').toUpperCase() + name.slice(at + 1);
}

/** The config of a seed: the full one, changed in one to three places. */
export function mutatedConfig(seed: number): unknown {
  const random = randomOf(seed);
  const config = fullConfig();
  for (let left = 1 + random(3); left > 0; left--) {
    const containers = containersIn(config);
    const target = containers[random(containers.length)]!;
    const keys = Object.keys(target);
    const key = keys[random(keys.length)] ?? NAMES[random(NAMES.length)]!;
    const kind = random(10);
    if (kind < 6) define(target, key, STRANGE[random(STRANGE.length)]!());
    else if (kind === 6) delete target[key];
    else if (kind === 7) define(target, NAMES[random(NAMES.length)]!, STRANGE[random(STRANGE.length)]!());
    else if (kind === 8) {
      const value = target[key];
      delete target[key];
      define(target, misspelt(key, random), value);
    } else define(target, key, structureOf(containers, random));
  }
  return random(100) === 0 ? STRANGE[random(STRANGE.length)]!() : config;
}

/** Another part of the config, put into the wrong place: but headers, which nobody could tell from other texts there. */
function structureOf(containers: readonly Container[], random: (below: number) => number): unknown {
  const others = containers.filter((one) => !('authorization' in one));
  return others[random(others.length)];
}
