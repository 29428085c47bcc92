import { inspect } from 'node:util';
import { Secret } from '../../src/config';
import { TidemarkError } from '../../src/errors';
import { plainText, redactData, registerSecretValue, styledText } from '../../src/redaction';
import { Decimal, Timestamp } from '../../src/value';

const SECRET = 'correct-horse-battery';
registerSecretValue(SECRET);
registerSecretValue('4711081512');

class Client {
  readonly token = SECRET;
  readonly name = 'mine';
}

const shown = (value: unknown): string => `${inspect(value, { depth: 20 })} ${JSON.stringify(value)}`;

test.each<[string, unknown]>([
  ['an error', new Error(`no ${SECRET}`)],
  ['its cause', new Error('no', { cause: new Error(SECRET) })],
  ['its own fields', Object.assign(new Error('no'), { headers: { authorization: SECRET } })],
  ['a list of errors', new AggregateError([new Error(SECRET)], 'no')],
  ['an address', new URL(`https://host/?key=${SECRET}`)],
  ['bytes', Buffer.from(`key=${SECRET}`)],
  ['an array buffer', new TextEncoder().encode(SECRET).buffer],
  ['a map', new Map([['key', { SECRET }]])],
  ['keys of a map', new Map([[SECRET, 1]])],
  ['a set', new Set([SECRET])],
  ['an object of a class', new Client()],
  ['a key', { [SECRET]: 1 }],
  ['a field under a symbol', { [Symbol('x')]: SECRET }],
  ['a number', { id: 4711081512 }],
  ['a bigint', [4711081512n]],
  ['a decimal', new Decimal('4711081512')],
  [
    'a getter',
    {
      get token() {
        return SECRET;
      },
    },
  ],
  ['a null object', Object.assign(Object.create(null) as object, { SECRET })],
])('%s with a secret is cut', (_name, value) => {
  const text = shown(redactData({ value }));
  expect(text).not.toMatch(/horse|4711081512|63 6f 72 72|99,111,114/);
  expect(text).toMatch(/\[secret\]|bytes\]/);
});

test('data without a secret is given back as it is', () => {
  const data = {
    ...{ date: new Date(0), at: Timestamp.fromMillis(1), map: new Map([[1, 2]]), bytes: Buffer.from('x') },
    ...{ error: new Error('no'), url: new URL('https://host'), list: [1, 'a', null, undefined] },
  };
  const copy = redactData(data);
  expect(copy).toBe(data);
});

test('data that contains itself, that is deep, or that cannot be read', () => {
  const circle: Record<string, unknown> = { SECRET };
  circle['self'] = circle;
  let deep: unknown = SECRET;
  for (let depth = 0; depth < 10_000; depth++) deep = [deep];
  const broken = {
    get token(): string {
      throw new Error(SECRET);
    },
  };
  expect(shown(redactData({ circle, broken }))).not.toContain('horse');
  expect(inspect(redactData(deep), { depth: null })).not.toContain('horse');
});

describe('an error of tidemark', () => {
  const cause = Object.assign(new TypeError(`401 for ${SECRET}`), {
    code: 'ERR_X',
    request: { auth: SECRET },
  });
  const error = new TidemarkError('EXTRACT_FAILED', `It says \u001b[31m"${SECRET}"\u0007`, {
    cause,
    details: { url: `https://host/?key=${SECRET}`, list: [SECRET] },
  });

  test('shows no secret, however it is printed', () => {
    expect([shown(error), shown({ ...error }), error.stack, String(error)].join()).not.toContain('horse');
    expect(error.message).toBe('It says "[secret]"');
    expect(error.details).toEqual({ url: 'https://host/?key=[secret]', list: ['[secret]'] });
  });

  test('keeps what its cause is', () => {
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.cause).toMatchObject({
      message: '401 for [secret]',
      code: 'ERR_X',
      request: { auth: '[secret]' },
    });
    expect(cause.message).toContain(SECRET);
    const plain = new Error('no secret');
    expect(new TidemarkError('EXTRACT_FAILED', 'x', { cause: plain }).cause).toBe(plain);
  });
});

test('a secret made of what is no text is asked for by name', () => {
  const unset = new Secret(undefined as unknown as string, { key: 'token', place: 'code' });
  expect(() => unset.reveal()).toThrow(
    expect.objectContaining({
      code: 'SECRET_MISSING',
      message: expect.stringMatching(/"token" \(from code\) is not set/),
    }),
  );
});

describe('what a terminal acts on', () => {
  test.each([
    ['\u001b[2J\u001b[1;1Hgone', 'gone'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;https://host\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u009b31mred', 'red'],
    ['over\rwritten\b\u0000', 'overwritten'],
    ['a\r\nb\tc\u007f', 'a\nb\tc'],
    ['\u001bPq#0\u001b\\', 'Pq#0\\'],
    ['ünïcode 👍', 'ünïcode 👍'],
  ])('%j is cut to %j', (text, plain) => expect(plainText(text)).toBe(plain));

  test('styles stay where they are wanted', () => {
    expect(styledText('\u001b[31mred\u001b[0m \u001b[2Jgone')).toBe('\u001b[31mred\u001b[0m gone');
  });
});
