import { inspect } from 'node:util';
import { z } from 'zod';
import { redact, redactData, registerSecretValue, revealSecret, Secret, secret } from '../../src/config';

describe('a secret', () => {
  test('prints, inspects and serializes as [secret], and reveals its text', () => {
    const token = new Secret('correct-horse-battery');
    expect([
      String(token),
      `${token}`,
      inspect(token),
      inspect({ token }),
      JSON.stringify({ token }),
    ]).toEqual(['[secret]', '[secret]', '[secret]', '{ token: [secret] }', '{"token":"[secret]"}']);
    expect(JSON.stringify(structuredClone({ ...token }))).not.toContain('horse');
    expect(token.reveal()).toBe('correct-horse-battery');
    expect(revealSecret('given as text')).toBe('given as text');
  });

  test('a field of a config takes text or a secret, and never quotes what does not fit', () => {
    const schema = z.object({ token: secret(z.string().min(20)) });
    expect(schema.parse({ token: 'long enough to be a token' }).token.reveal()).toBe(
      'long enough to be a token',
    );
    expect(schema.parse({ token: new Secret('long enough to be a token') }).token).toBeInstanceOf(Secret);
    const refused = schema.safeParse({ token: 'too-short-token' });
    expect(refused.success).toBe(false);
    expect(JSON.stringify(refused.error)).not.toContain('too-short-token');
  });
});

describe('redaction', () => {
  test('cuts a secret in each of its spellings', () => {
    const value = 'p@ss "word"/ü+1';
    registerSecretValue(value);
    const texts = [
      value,
      JSON.stringify({ value }),
      encodeURIComponent(value),
      new URLSearchParams({ value }).toString(),
      Buffer.from(value).toString('base64'),
    ];
    for (const text of texts) {
      expect(redact(`before ${text} after`)).toContain('[secret]');
      expect(redact(text)).not.toContain('word');
    }
    expect(redact('nothing to hide')).toBe('nothing to hide');
  });

  test('cuts a short secret only where it stands alone', () => {
    registerSecretValue('pw7');
    expect(redact('pw7 pw77 xpw7 "pw7"')).toBe('[secret] pw77 xpw7 "[secret]"');
  });

  test('cuts a word only where it stands alone, and cuts nothing twice', () => {
    registerSecretValue('secret');
    registerSecretValue('plain');
    expect(redact('a plain complaint, plainly; u:plain@host a%20plain "\\nplain"')).toBe(
      'a [secret] complaint, plainly; u:[secret]@host a%20[secret] "\\n[secret]"',
    );
    expect(redact(redact('the secret is secret'))).toBe('the [secret] is [secret]');
  });

  test('goes through plain data, and leaves the rest as it is', () => {
    registerSecretValue('deep-secret-value');
    const date = new Date(0);
    expect(redactData({ a: ['x deep-secret-value'], 'deep-secret-value': 1, date })).toEqual({
      a: ['x [secret]'],
      '[secret]': 1,
      date,
    });
  });
});
