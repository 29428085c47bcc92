import { bearer } from '../../src/http';
import { redirectCheck } from '../../src/http/allowed-hosts';
import { makeClient, thrown } from './make-client';
import { type Answer, json, script } from './scripted-server';

const to =
  (location: string, status = 302): Answer =>
  (_, response) =>
    void response.writeHead(status, { location }).end();

describe('a redirect to another origin', () => {
  test.each([301, 302, 303, 307, 308])('is refused with %d, and its rows are not loaded', async (status) => {
    const other = await script(json([{ id: 1 }]));
    const { url, asked } = await script(to(`${other.url}/b?token=1`, status));
    const error = await thrown(makeClient({ baseUrl: url }).http.get('/a'));
    expect(error).toMatchObject({ code: 'HTTP_LINK_REFUSED', retryable: false });
    const host = new URL(other.url).host;
    expect(error.message).toContain(`"${url}/a" redirects to "${other.url}/b?token=1", another origin`);
    expect(error.message).toContain(`add '${host}' to the source's "http.allowHosts"`);
    expect(other.asked).toHaveLength(0);
    expect(asked).toHaveLength(1);
  });

  test('is refused without a baseUrl too, and behind one that is allowed', async () => {
    const third = await script(json([3]));
    const second = await script(to(`${third.url}/c`));
    const first = await script(to(`${second.url}/b`));
    expect((await thrown(makeClient({}).http.get(`${first.url}/a`))).code).toBe('HTTP_LINK_REFUSED');
    const allowHosts = [new URL(second.url).host];
    const error = await thrown(makeClient({ baseUrl: first.url, allowHosts }).http.get('/a'));
    expect(error.message).toContain(`"${second.url}/b" redirects to "${third.url}/c"`);
    expect(third.asked).toHaveLength(0);
  });

  test('is followed to a host that the source allows, or trusts: to this one with the credentials', async () => {
    const other = await script(json([{ id: 1 }]));
    const { url } = await script(to(`${other.url}/b`));
    const auth = bearer('redirected-token');
    const host = new URL(other.url).host;
    const allowed = makeClient({ baseUrl: url, auth, allowHosts: [host] });
    expect(await allowed.http.get('/a')).toEqual([{ id: 1 }]);
    const trusted = makeClient({ baseUrl: url, auth, trustedOrigins: [other.url] });
    expect(await trusted.http.get('/a')).toEqual([{ id: 1 }]);
    const sent = other.asked.map(({ headers }) => headers.authorization);
    expect(sent).toEqual([undefined, 'Bearer redirected-token']);
  });

  test.each<[string, string, readonly string[], boolean]>([
    ['http://a.example/x', 'https://a.example/x', [], true],
    ['http://a.example:8080/x', 'https://a.example/x', [], true],
    ['http://a.example/x', 'https://a.example:8443/x', [], false],
    ['https://a.example/x', 'http://a.example/x', [], false],
    ['https://a.example/x', 'http://a.example/x', ['a.example'], false],
    ['https://a.example/x', 'https://www.a.example/x', [], false],
    ['https://a.example/x', 'https://www.a.example/x', ['*.a.example'], true],
    ['https://a.example/x', 'https://eu.files.a.example/x', ['*.A.example'], true],
    ['https://a.example/x', 'https://eva.example/x', ['*.a.example', 'a.example'], false],
    ['https://a.example/x', 'https://a.example.evil/x', ['a.example'], false],
    ['https://a.example/x', 'https://b.example:444/x', ['b.example'], false],
    ['https://a.example/x', 'https://b.example:444/x', ['b.example:444'], true],
    ['https://a.example/x', 'https://b.example@c.example/x', ['b.example'], false],
    ['http://a.example/x', 'ftp://b.example/x', ['b.example'], false],
  ])('from %s to %s with %j is followed: %s', (from, target, allowHosts, expected) => {
    const check = (): void => redirectCheck(allowHosts)(new URL(target), new URL(from));
    if (expected) expect(check).not.toThrow();
    else expect(check).toThrow(/redirects to .*another origin/);
  });

  test.each(['*', 'https://a.example', 'a.example/path', '', '*.', 'a b'])('%p is no host', (host) => {
    expect(() => makeClient({ allowHosts: [host] })).toThrow(
      /in "http.allowHosts" is not a valid host; write/,
    );
  });
});
