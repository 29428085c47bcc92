import { resolveConfig } from '../../src/config';
import { isTidemarkError } from '../../src/errors';
import { resource, sourceOf } from '../../src/source';

const things = resource({
  name: 'things',
  *extract() {
    yield [1];
  },
});
const entry = { pipeline: { name: 'p' }, source: () => sourceOf({ name: 's', resources: [things] }) };

function refusal(change: Record<string, unknown>): { readonly code: string; readonly message: string } {
  try {
    resolveConfig({ pipelines: [{ ...entry, ...change }] } as never);
  } catch (error) {
    if (isTidemarkError(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const circular: Record<string, unknown> = {};
circular['self'] = circular;
const schedule = (change: Record<string, unknown>): Record<string, unknown> => ({
  schedule: { cron: '@daily', ...change },
});

test.each<[string, Record<string, unknown>, string, RegExp]>([
  ['an invalid Date', { retries: new Date(Number.NaN) }, 'CONFIG_INVALID', /retries" is "Invalid Date"/],
  [
    'an invalid Date where a date belongs',
    schedule({ startDate: new Date(Number.NaN) }),
    'INSTANT_INVALID',
    /"Invalid Date"/,
  ],
  ['a BigInt', { retries: 10n }, 'CONFIG_INVALID', /"pipelines\[0\]\.retries" is "10"/],
  ['a BigInt in an object', { retries: { a: 10n } }, 'CONFIG_INVALID', /retries" is "\{ a \}"/],
  ['a circular value', { timeout: circular }, 'CONFIG_INVALID', /timeout" is "\{ self \}"/],
  ['an object without a prototype', { timeout: Object.create(null) }, 'CONFIG_INVALID', /timeout" is "\{/],
  [
    'an object whose toMillis is no function',
    schedule({ startDate: { toMillis: 5 } }),
    'CONFIG_INVALID',
    /startDate" is "\{ toMillis \}"/,
  ],
  ['the cron "constructor"', schedule({ cron: 'constructor' }), 'CRON_INVALID', /"constructor".*1 field/],
  ['the cron "__proto__"', schedule({ cron: '__proto__' }), 'CRON_INVALID', /"__proto__"/],
  [
    'an offset that no clock has',
    schedule({ startDate: '2024-01-01T00:00:00+25:00' }),
    'INSTANT_INVALID',
    /\+25:00/,
  ],
  [
    'minutes of an offset beyond 59',
    schedule({ endDate: '2024-01-01T00:00+0175' }),
    'INSTANT_INVALID',
    /0175/,
  ],
  ['the year 0', schedule({ startDate: '0000-01-01' }), 'INSTANT_INVALID', /"0000-01-01"/],
  ['a year of six digits', schedule({ endDate: new Date(8.64e15) }), 'INSTANT_INVALID', /275760/],
  ['a duration beyond reason', { timeout: '999999999999d' }, 'CONFIG_INVALID', /at most 200 years/],
  [
    'a look-back beyond reason',
    schedule({ lookback: 'P999999999999Y' }),
    'CONFIG_INVALID',
    /at most 200 years/,
  ],
  [
    'a period beyond reason',
    { schedule: { every: '999999999999d' } },
    'CRON_INVALID',
    /longer than 200 years/,
  ],
  [
    'ten billion retries',
    { retries: 1e10 },
    'CONFIG_INVALID',
    /"10000000000": write a whole number from 0 to 1000/,
  ],
  [
    'a webhook that is a file',
    { hooks: { onFailure: { url: 'file:///etc/passwd' } } },
    'CONFIG_INVALID',
    /onFailure\.url" is "file:\/\/\/etc\/passwd": write an address such as https:/,
  ],
  [
    'a misspelt key of a webhook',
    { hooks: { onFailure: { url: 'https://example.com', heders: {} } } },
    'CONFIG_INVALID',
    /onFailure\.heders" is not a setting.*Did you mean "headers"\?/,
  ],
  [
    'a misspelt setting',
    { retires: 1 },
    'CONFIG_INVALID',
    /"pipelines\[0\]\.retires".*Did you mean "retries"\?/,
  ],
  [
    'a misspelt setting of a schedule',
    schedule({ startdate: '2024-01-01' }),
    'CONFIG_INVALID',
    /Did you mean "startDate"\?/,
  ],
  [
    'a source function that throws',
    {
      source: () => {
        throw new TypeError('of the author');
      },
    },
    'CONFIG_INVALID',
    /"pipelines\[0\]\.source" threw "TypeError: of the author"/,
  ],
])('%s is refused with a code', (_, change, code, message) => {
  const error = refusal(change);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});

test.each<[string, (long: string) => Record<string, unknown>]>([
  ['a cron', (long) => schedule({ cron: long })],
  ['a zone', (long) => schedule({ timezone: long })],
  ['a date', (long) => schedule({ startDate: long })],
  ['a duration', (long) => ({ timeout: long })],
  ['a period', (long) => ({ schedule: { every: long } })],
  ['a mode', (long) => ({ mode: long })],
  ['a key', (long) => ({ [long]: 1 })],
  ['the name of a resource', (long) => ({ overrides: { [long]: {} } })],
])('%s of 100 KB gives a short message that says how long it is', (_, change) => {
  const { message } = refusal(change('x'.repeat(100_000)));
  expect(message.length).toBeLessThan(800);
  expect(message).toMatch(/\(10000\d characters\)/);
});

test('a webhook that does not fit is named without its headers', () => {
  const { message } = refusal({
    hooks: { onFailure: [{ url: 'https://example.com', headers: { token: 'hidden-token' } }] },
  });
  expect(message).not.toContain('hidden-token');
});
