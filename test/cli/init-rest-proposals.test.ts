import { readAddress } from '../../src/cli/init/rest/address';
import { proposeCursor, proposeKey } from '../../src/cli/init/rest/fields';
import { findRows } from '../../src/cli/init/rest/rows';

describe('what is read off an address', () => {
  test.each([
    ['https://a.example/v1/items', 'https://a.example/v1', '/items', 'items'],
    ['https://a.example/v1/items/', 'https://a.example/v1', '/items/', 'items'],
    [
      'https://a.example/api/users/17/openOrders.json',
      'https://a.example/api/users/17',
      '/openOrders.json',
      'open_orders',
    ],
    ['https://api.shop.example/v2', 'https://api.shop.example', '/v2', 'shop'],
    ['https://a.example', 'https://a.example', '/', 'a'],
  ])('%s', (url, baseUrl, at, name) => {
    expect(readAddress(url)).toMatchObject({ baseUrl, path: at, name });
  });

  test('a parameter that is a date or a size stays, one that chooses a page goes', () => {
    const { params, leftOut } = readAddress(
      'https://a.example/b?start=2024-01-01&per_page=50&page=2&offset=40&x=1&x=2',
    );
    expect(params).toEqual([
      ['start', '2024-01-01'],
      ['per_page', '50'],
      ['x', '1'],
      ['x', '2'],
    ]);
    expect(leftOut).toEqual(['page', 'offset']);
    // where one is, and not who
    const token = readAddress('https://a.example/b?page_token=abc&token=def');
    expect(token.leftOut).toEqual(['page_token']);
    expect(token.credentials).toMatchObject([{ name: 'token', value: 'def' }]);
  });
});

describe('what is proposed of rows', () => {
  const now = Date.parse('2024-06-01T00:00:00Z');
  const rows = (...values: Record<string, unknown>[]): Record<string, unknown>[] => values;

  test('the rows are the usual list, the longest, and never an empty one beside a full one', () => {
    expect(findRows({ included: [{ a: 1 }, { a: 2 }], data: [{ a: 1 }] }, 'x').path).toBe('data');
    expect(findRows({ data: [], extras: [{ a: 1 }] }, 'x').path).toBe('extras');
    expect(findRows({ response: { docs: [{ a: 1 }] } }, 'x').path).toBe('response.docs');
    expect(findRows({ "it's\n": [{ a: 1 }] }, 'x').path).toBe("$['it\\'s\n']");
  });

  test('a key is unique, in every row, and named like one', () => {
    expect(proposeKey(rows({ name: 'a', id: 1 }, { name: 'b', id: 2 }), 'users')).toBe('id');
    expect(proposeKey(rows({ id: 1, user_id: 7 }, { id: 1, user_id: 8 }), 'users')).toBe('user_id');
    expect(proposeKey(rows({ id: 1 }, { id: null }), 'users')).toBeUndefined();
    expect(proposeKey(rows({ name: 'a' }, { name: 'b' }), 'users')).toBeUndefined();
  });

  test.each([
    [{ updated: 1_717_000_000 }, { updated: 1_717_000_100 }, 'updated', 'unix'],
    [{ modifiedAt: 1_717_000_000_000 }, { modifiedAt: 1_717_000_000_001 }, 'modifiedAt', 'unixMs'],
    [{ date: '2024-01-31' }, { date: '2024-02-01' }, 'date', 'date'],
    [
      { meta: { changed: '2024-01-01 10:00:00' } },
      { meta: { changed: '2024-01-01 09:00:00' } },
      'meta.changed',
      'datetime',
    ],
    [{ id: 5, count: 1 }, { id: 9, count: 1 }, 'id', 'integer'],
    [
      { expires_at: '2024-01-01T00:00:00Z', id: 2 },
      { expires_at: '2024-01-02T00:00:00Z', id: 1 },
      'id',
      'integer',
    ],
  ])('%j, %j: the cursor is %s, of type %s', (one, other, at, type) => {
    expect(proposeCursor([one, other], now)).toMatchObject({ path: at, type });
  });

  test('a time that is missing in a row, lies ahead or is a number without the name of a time is none', () => {
    expect(
      proposeCursor(rows({ updated_at: '2024-01-01T00:00:00Z' }, { updated_at: null }), now),
    ).toBeUndefined();
    expect(proposeCursor(rows({ updated_at: '2024-07-01T00:00:00Z' }), now)).toBeUndefined();
    expect(proposeCursor(rows({ phone: 1_717_000_000 }, { phone: 1_717_000_000 }), now)).toBeUndefined();
  });
});
