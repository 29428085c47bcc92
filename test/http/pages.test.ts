import { bearer, nextLink } from '../../src/http';
import { type MadeClient, makeClient, thrown } from './make-client';
import { json, script } from './scripted-server';

describe('pages', () => {
  const pagesOf = async (made: MadeClient, path: string, doneWhen?: string): Promise<unknown[]> => {
    const all: unknown[] = [];
    const next = nextLink('next', doneWhen === undefined ? {} : { doneWhen });
    for await (const page of made.http.pages<{ rows: unknown }>(path, { params: { start: 1 }, next }))
      all.push(page.rows);
    return all;
  };

  test('follow the link as it is until there is none', async () => {
    const { url, asked } = await script(
      json({ rows: 1, next: '/b?cursor=%2B+x' }),
      json({ rows: 2, next: null }),
    );
    expect(await pagesOf(makeClient({ baseUrl: url }), '/a')).toEqual([1, 2]);
    expect(asked.map((request) => request.url)).toEqual(['/a?start=1', '/b?cursor=%2B+x']);
  });

  test('end where the flag says so, whatever the link says', async () => {
    const { url } = await script(
      json({ rows: 1, done: false, next: '/b' }),
      json({ rows: 2, done: true, next: '/c' }),
    );
    expect(await pagesOf(makeClient({ baseUrl: url }), '/a', 'done')).toEqual([1, 2]);
  });

  test('are asked for one at a time', async () => {
    const { url, asked } = await script(json({ rows: 1, next: '/b' }), json({ rows: 2, next: null }));
    const pages = makeClient({ baseUrl: url }).http.pages('/a', { next: nextLink('next') });
    await pages.next();
    expect(asked).toHaveLength(1);
    await pages.return();
    expect(asked).toHaveLength(1);
  });

  test.each([
    [
      'the flag is missing',
      { rows: 1, next: '/b' },
      /has no "done" that is true or false\. It has "rows", "next"/,
    ],
    [
      'more is to come and there is no link',
      { rows: 1, done: false, next: null },
      /no address in "next", though "done" says that more is to come/,
    ],
    [
      'the link is no address',
      { rows: 1, done: false, next: 'http://[' },
      /"http:\/\/\[" in "next", which is not a valid address/,
    ],
    ['the page links to itself', { rows: 1, done: false, next: '/a?start=1' }, /links to itself/],
  ])('are refused where %s', async (_, body, message) => {
    const { url } = await script(json(body));
    const error = await thrown(pagesOf(makeClient({ baseUrl: url }), '/a', 'done'));
    expect(error.code).toBe('HTTP_UNEXPECTED_BODY');
    expect(error.message).toMatch(message);
  });

  test('credentials go to another origin only where it is trusted', async () => {
    const other = await script(json({ rows: 2, next: null }));
    const first = await script(json({ rows: 1, next: `${other.url}/b` }));
    const auth = bearer('origin-token');
    const error = await thrown(pagesOf(makeClient({ baseUrl: first.url, auth }), '/a'));
    expect(error.code).toBe('HTTP_LINK_REFUSED');
    expect(error.message).toContain(`add "${other.url}" to the source's "http.trustedOrigins"`);
    expect(other.asked).toHaveLength(0);
    expect(
      await pagesOf(makeClient({ baseUrl: first.url, auth, trustedOrigins: [other.url] }), '/a'),
    ).toEqual([1, 2]);
    expect(other.asked[0]!.headers.authorization).toBe('Bearer origin-token');
  });

  test('a redirect is followed, to an allowed host of another origin without credentials', async () => {
    const other = await script(json({ rows: 9, next: null }));
    const first = await script((_, response) =>
      response.writeHead(302, { location: `${other.url}/b` }).end(),
    );
    const auth = bearer('redirect-token');
    const allowHosts = [new URL(other.url).host];
    expect(await makeClient({ baseUrl: first.url, auth, allowHosts }).http.get('/a')).toEqual({
      rows: 9,
      next: null,
    });
    expect(other.asked[0]!.headers.authorization).toBeUndefined();
  });
});
