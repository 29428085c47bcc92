import { type Http, nextLink } from '../../src/http';
import { makeClient, thrown } from './make-client';

type Loose = (...given: readonly unknown[]) => Promise<unknown>;

/** A call of the client as a program without types makes it; nothing listens at its address. */
const asked = (method: keyof Http, ...given: readonly unknown[]): Promise<unknown> => {
  const { http } = makeClient({ baseUrl: 'http://127.0.0.1:9', retries: 0 });
  return (http[method] as unknown as Loose)(...given);
};
const first = async (...given: readonly unknown[]): Promise<unknown> => {
  const { http } = makeClient({ baseUrl: 'http://127.0.0.1:9', retries: 0 });
  const pages = http.pages as unknown as (...some: readonly unknown[]) => AsyncIterator<unknown>;
  return await pages(...given).next();
};

test.each<[string, () => Promise<unknown>, RegExp]>([
  ['a misspelt option of get', () => asked('get', '/a', { parms: {} }), /http\.get: "parms".*"params"\?/],
  ['a body of get', () => asked('get', '/a', { json: {} }), /http\.get: "json" is not an option/],
  ['a misspelt option of post', () => asked('post', '/a', { jsn: {} }), /http\.post: "jsn".*"json"\?/],
  ['a misspelt option of request', () => asked('request', { path: '/a', acept: [404] }), /"accept"\?/],
  [
    'a method that is none',
    () => asked('request', { path: '/a', method: 'get' }),
    /"get" is not a valid method.*"GET"\?/,
  ],
  ['no path', () => asked('request', {}), /"path" is missing/],
  [
    'a status that is none',
    () => asked('request', { path: '/a', accept: ['404'] }),
    /"404" is not a valid accept\[0\]/,
  ],
  ['pages without a paginator', () => first('/a', {}), /http\.pages: "next" is missing; write a paginator/],
  [
    'a paginator that is a field',
    () => first('/a', { next: 'next_page' }),
    /"next_page" is not a valid next/,
  ],
  ['a misspelt option of pages', () => first('/a', { next: nextLink('n'), header: {} }), /"headers"\?/],
])('%s is refused before anything is sent', async (_, call, message) => {
  const error = await thrown(call());
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toMatch(message);
});
