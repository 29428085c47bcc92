import { holdsSecret, redact, registerSecretValue } from '../../src/redaction';

/** The percent-encodings in use: RFC 3986, a component, a query, a form, a whole address, all bytes. */
const ENCODERS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'RFC 3986': (text) =>
    encodeURIComponent(text).replace(
      /[!'()*~]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  component: encodeURIComponent,
  'component in lower case': (text) =>
    encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
  form: (text) => new URLSearchParams([['', text]]).toString().slice(1),
  'an address': (text) => new URL(`https://host/?${text.replaceAll('#', '%23')}`).search.slice(1),
  'a path': (text) =>
    new URL(`https://host/${text.replaceAll(/[?#]/g, encodeURIComponent)}`).pathname.slice(1),
  twice: (text) => encodeURIComponent(encodeURIComponent(text)),
  JSON: (text) => JSON.stringify(text),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify({ text })),
  'JSON in ASCII': (text) =>
    JSON.stringify(text).replace(
      /[^ -~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  'JSON with escaped slashes': (text) => JSON.stringify(text).replaceAll('/', '\\/'),
  HTML: (text) =>
    text.replace(
      /[&<>"']/g,
      (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '&#39;',
    ),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'basic credentials': (text) => Buffer.from(`a:${text}`).toString('base64'),
  'basic credentials of a longer user': (text) => Buffer.from(`ab@example.com:${text}`).toString('base64'),
  'a token of JSON': (text) => Buffer.from(`{"user":"x","key":"${text}","n":1}`).toString('base64url'),
};

describe.each([
  "it's a (test)!*~ of quotes",
  'p@ss "word"/ü+1&<x>',
  "back\\slash and a 'tick'",
  'tab\tand\nline end',
  '👍🏽 naïve café',
  'sk_live_51AbCdEfGhIjKl==',
  '%41%zz 100%',
])('the secret %j', (secret) => {
  beforeAll(() => registerSecretValue(secret));

  test.each(Object.entries(ENCODERS))('is cut where it is spelt for %s', (_name, encode) => {
    const text = encode(secret);
    const before = 'GET https://host/path?key=';
    const shown = redact(`${before}${text}&page=2 failed`);
    expect(shown).toContain('[secret]');
    // nothing of it is left: no spelling of five characters of it stands in what is shown
    for (let at = 0; at + 5 <= text.length; at++)
      if (
        !`${before}&page=2 failed{"text":"`.includes(text.slice(at, at + 5)) &&
        !/[{\\]/.test(text.slice(at, at + 5))
      )
        expect(shown).not.toContain(text.slice(at, at + 5));
    expect(redact(shown)).toBe(shown);
  });
});

test('base64 is cut to its ends, and text around it stays', () => {
  registerSecretValue('correct-horse-battery');
  const header = Buffer.from('me:correct-horse-battery').toString('base64');
  expect(redact(`authorization: Basic ${header}, accept: all`)).toBe(
    'authorization: Basic [secret], accept: all',
  );
});

test('a key of many lines is cut where a printer breaks it', () => {
  const lines = [
    '-----BEGIN PRIVATE KEY-----',
    'MIIEvQIBADANBgkqhkiG9w0B',
    'AQEFAASCBKcwggSjAgEAAoIB',
    '-----END PRIVATE KEY-----',
  ];
  registerSecretValue(`${lines.join('\n')}\n`);
  expect(redact(lines.map((line) => `'${line}\\n' +`).join('\n    '))).not.toMatch(/MIIE|AoIB/);
});

test('a secret with spaces around it is cut where they were trimmed', () => {
  registerSecretValue(' trimmed-token-1\n');
  expect(redact('Bearer trimmed-token-1.')).toBe('Bearer [secret].');
});

test('what is no text is no secret, and no later text fails for it', () => {
  for (const value of [undefined, null, 12, {}, ['a']]) registerSecretValue(value as unknown as string);
  expect(redact('undefined null 12 [object Object] a')).toBe('undefined null 12 [object Object] a');
});

test('short secrets and plain words are not taken for secrets where nothing can be cut', () => {
  registerSecretValue('open');
  registerSecretValue('x1');
  registerSecretValue('a-real-secret');
  expect(['open', 'x1', 'a%2Dreal-secret', 'nothing'].map(holdsSecret)).toEqual([false, false, true, false]);
});

test('a long text of base64 is looked through in a time that follows its length', () => {
  registerSecretValue('correct-horse-battery');
  const text = 'QUJD'.repeat(500_000);
  expect(redact(text)).toBe(text);
  expect(redact(`${text} ${Buffer.from('correct-horse-battery').toString('base64')}`)).toBe(
    `${text} [secret]`,
  );
});
