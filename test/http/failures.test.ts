import { Secret } from '../../src/config';
import { basic, createHttp, type HttpOptions } from '../../src/http';
import { makeClient, thrown } from './make-client';
import { type Answer, drop, json, script } from './scripted-server';

describe('after a failure', () => {
  test('tries again with a growing wait, then gives up and says how often it tried', async () => {
    const { url, asked } = await script(json({}, 500), drop, json({}, 502), json({ ok: 1 }));
    const good = makeClient({ baseUrl: url });
    expect(await good.http.get('a')).toEqual({ ok: 1 });
    expect(asked).toHaveLength(4);
    expect(good.slept()).toBe(500 + 1000 + 2000);
    const bad = await script(json({ error: 'broken' }, 503));
    const error = await thrown(makeClient({ baseUrl: bad.url, retries: 2 }).http.get('a'));
    expect(bad.asked).toHaveLength(3);
    expect(error).toMatchObject({ code: 'HTTP_STATUS', retryable: true });
    expect(error.message).toMatch(/503 Service Unavailable.*"\{"error":"broken"\}" It was tried 3 times\./);
  });

  test('that can not pass, does not try again', async () => {
    for (const status of [400, 404, 422]) {
      const { url, asked } = await script(json({ reason: 'no' }, status));
      expect(await thrown(makeClient({ baseUrl: url }).http.get('a'))).toMatchObject({
        code: 'HTTP_STATUS',
        retryable: false,
      });
      expect(asked).toHaveLength(1);
    }
  });

  test('waits as long as Retry-After says, more often than it would try, in seconds or as a date', async () => {
    const limited = json({}, 429, { 'retry-after': '60' });
    const date = json({}, 503, { 'retry-after': 'Mon, 01 Jan 2024 00:05:00 GMT' });
    const { url, asked } = await script(limited, limited, limited, date, json({ ok: 1 }));
    const { http, waits, slept } = makeClient({ baseUrl: url, retries: 0 });
    expect(await http.get('a')).toEqual({ ok: 1 });
    expect(asked).toHaveLength(5);
    expect(slept()).toBe(300_000);
    expect(new Set(waits.map(({ reason }) => reason))).toEqual(new Set(['retry-after']));
    // told again and again, so that nobody takes the wait for death
    expect(waits).toHaveLength(60);
  });

  test('a rate limit without Retry-After counts as a try, one beyond maxWait fails with the time to wait', async () => {
    const bare = await script(json({}, 429));
    expect(await thrown(makeClient({ baseUrl: bare.url, retries: 1 }).http.get('a'))).toMatchObject({
      code: 'HTTP_RATE_LIMITED',
      retryable: true,
    });
    expect(bare.asked).toHaveLength(2);
    const long = await script(json({}, 429, { 'retry-after': '7200' }));
    expect(await thrown(makeClient({ baseUrl: long.url }).http.get('a'))).toMatchObject({
      code: 'HTTP_RATE_LIMITED',
      retryAfterMs: 7_200_000,
    });
    expect(long.asked).toHaveLength(1);
  });

  test('a connection that is refused is named', async () => {
    const error = await thrown(makeClient({ baseUrl: 'http://127.0.0.1:1', retries: 0 }).http.get('a'));
    expect(error).toMatchObject({ code: 'HTTP_NETWORK', retryable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test.each<[string, HttpOptions['timeouts'], Answer]>([
    ['does not begin', { headers: 50 }, () => {}],
    ['stalls', { body: 50 }, (_, response) => void response.write('{')],
    ['takes too long in all', { total: 50 }, () => {}],
  ])('an answer that %s is a timeout', async (_, timeouts, answer) => {
    const { url } = await script(answer);
    expect(
      await thrown(makeClient({ baseUrl: url, retries: 0, timeouts: timeouts! }).http.get('a')),
    ).toMatchObject({ code: 'HTTP_TIMEOUT', retryable: true });
  });

  test('a cancellation ends a request, and a wait', async () => {
    const hanging = await script(() => cancel.abort());
    const { http, cancel } = makeClient({ baseUrl: hanging.url });
    expect((await thrown(http.get('a'))).code).toBe('CANCELLED');
    const limited = await script(json({}, 429, { 'retry-after': '60' }));
    const stop = new AbortController();
    const waiting = createHttp({
      options: { baseUrl: limited.url },
      owner: 'cancelled wait',
      signal: stop.signal,
      onWait: () => stop.abort(),
    });
    expect((await thrown(waiting.get('a'))).code).toBe('CANCELLED');
  });
});

describe('an answer that is wrong', () => {
  test('401 and 403 name the key of the secret and where it is from, never its value', async () => {
    for (const status of [401, 403]) {
      const { url, asked } = await script(json({ said: 'wrong refused-password' }, status));
      const password = new Secret('refused-password', {
        key: 'credentials.password',
        place: '.env CREDENTIALS__PASSWORD',
      });
      const error = await thrown(makeClient({ baseUrl: url, auth: basic('me', password) }).http.get('a'));
      expect(error).toMatchObject({ code: 'HTTP_UNAUTHORIZED', retryable: false });
      expect(error.message).toContain('"credentials.password" (from .env CREDENTIALS__PASSWORD)');
      expect(error.message).not.toContain('refused-password');
      expect(asked).toHaveLength(1);
    }
  });

  test('that is no JSON is shown with status, type and how it begins', async () => {
    const { url } = await script((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${'x'.repeat(500)}`),
    );
    const error = await thrown(makeClient({ baseUrl: url }).http.get('a'));
    expect(error.code).toBe('HTTP_NOT_JSON');
    expect(error.message).toMatch(
      /200 OK and content type "text\/html", which is not JSON\. It begins: "<html>x{194}…"/,
    );
    const empty = await script((_, response) => response.writeHead(204).end());
    expect((await thrown(makeClient({ baseUrl: empty.url }).http.get('a'))).message).toContain(
      'The body is empty',
    );
  });

  test('a secret in the address is not shown', async () => {
    const { url } = await script(json({}, 404));
    const { http } = makeClient({ baseUrl: url });
    const error = await thrown(http.get('a', { params: { token: new Secret('token in the query') } }));
    expect(error.message).toContain('token=[secret]');
  });
});
