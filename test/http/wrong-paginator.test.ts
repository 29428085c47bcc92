import { cursorPages, linkHeader, type NextPage, nextLink } from '../../src/http';
import { restSource } from '../../src/sources/rest';
import { makeTarget } from '../sources/target';
import { makeClient, thrown } from './make-client';
import { json, script } from './scripted-server';

const ROWS = [{ id: 1 }, { id: 2 }];

async function read(next: NextPage, body: unknown, headers: Record<string, string> = {}): Promise<unknown[]> {
  const { url } = await script(json(body, 200, headers), json({ items: [{ id: 3 }] }));
  const pages: unknown[] = [];
  for await (const page of makeClient({ baseUrl: url }).http.pages('/a', { next })) pages.push(page);
  return pages;
}

describe('a paginator that looks where nothing is', () => {
  test.each<[string, NextPage, object, Record<string, string>, RegExp]>([
    [
      'a link that is misspelt',
      nextLink('nextt'),
      { next: '/b' },
      {},
      /has no "nextt", where the paginator looks, and says in "next" that more is to come/,
    ],
    ['a link beside a flag', nextLink('nextt'), { has_more: true }, {}, /no "nextt".*in "has_more"/],
    ['a link beside a header', nextLink('next'), {}, { link: '</b>; rel=next' }, /no "next".*Link header/],
    [
      'a cursor',
      cursorPages({ cursor: 'cursr', param: 'c' }),
      { has_more: true },
      {},
      /no "cursr".*has_more/,
    ],
    ['a header that is none', linkHeader(), { links: { next: '/b' } }, {}, /nextLink\('links.next'\)/],
    [
      'a relation that is none',
      linkHeader('nextt'),
      {},
      { link: '</b>; rel=next' },
      /no "nextt" in its Link/,
    ],
    [
      'a link that is required',
      nextLink('paging.next', { required: true }),
      { paging: {} },
      {},
      /has no "paging.next", which the paginator requires/,
    ],
    [
      'a cursor that is required',
      cursorPages({ cursor: 'paging.after', param: 'after', required: true }),
      {},
      {},
      /has no "paging.after", which the paginator requires/,
    ],
  ])('is refused: %s', async (_, next, said, headers, message) => {
    const error = await thrown(read(next, { ...said, items: ROWS }, headers));
    expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
    expect(error.message).toMatch(message);
  });

  test.each<[string, NextPage, object]>([
    ['null', nextLink('next', { required: true }), { next: null }],
    ['empty', cursorPages({ cursor: 'after', param: 'after', required: true }), { after: '' }],
    ['absent, as Facebook has it', nextLink('paging.next'), { paging: { cursors: { after: 'x' } } }],
  ])('takes a field that is %s for the end', async (_, next, said) => {
    expect(await read(next, { ...said, items: ROWS })).toHaveLength(1);
  });
});

describe('the log of a run', () => {
  async function warnings(...bodies: object[]): Promise<[string, unknown][]> {
    const { url } = await script(...bodies.map((body) => json(body)));
    const made = makeTarget('paginator');
    const told: [string, unknown][] = [];
    const log = {
      debug() {},
      info() {},
      warn: (message: string, fields?: object) => void told.push([message, fields]),
      error() {},
    };
    try {
      const resources = [{ name: 'things', paginate: nextLink('nextt') }];
      await made.pipeline.run(restSource({ name: 'paginator', baseUrl: url, resources })(), { log });
    } finally {
      await made.close();
    }
    return told.filter(([message]) => message.includes('paginator'));
  }

  test('names a field that no page had', async () => {
    expect(await warnings({ items: ROWS })).toEqual([
      [expect.stringContaining('no page had "nextt"'), { resource: 'things', field: 'nextt' }],
    ]);
  });

  test('says nothing where one page had it, or there were no rows', async () => {
    expect(await warnings({ items: ROWS, nextt: '/b' }, { items: ROWS })).toEqual([]);
    expect(await warnings({ items: [] })).toEqual([]);
  });
});
