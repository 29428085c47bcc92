import { type RestResource, restSource } from '../../src/sources/rest';

const UPDATED = {
  cursor: 'updated_at',
  type: 'iso',
  initialValue: '2024-01-01T00:00:00Z',
  startParam: 'since',
} as const;

describe('what can not be is refused where it is written', () => {
  const posts: RestResource = { name: 'posts' };
  test.each<[string, RestResource[], RegExp]>([
    ['no resources', [], /has no resources/],
    ['two of a name', [posts, posts], /"posts": another one has this name/],
    [
      'a parent that does not exist',
      [{ name: 'c', path: '/p/{resources.pots.id}' }],
      /its parent "pots" doesn't exist; there are "c"/,
    ],
    [
      'two parents that are no line',
      [posts, { name: 'b' }, { name: 'c', path: '/{resources.posts.id}/{resources.b.id}' }],
      /fields of "posts" and "b", which are not parent and child of each other/,
    ],
    [
      'a circle',
      [
        { name: 'a', path: '/{resources.b.id}' },
        { name: 'b', path: '/{resources.a.id}' },
      ],
      /its own ancestor: a → b → a/,
    ],
    [
      'a placeholder that is none',
      [{ name: 'a', path: '/x/{id}' }],
      /"\{id\}" in the path is not a valid placeholder/,
    ],
    [
      'a parent without a field',
      [posts, { name: 'a', path: '/x/{resources.posts}' }],
      /\{resources\.posts\}" .*is not a valid placeholder/,
    ],
    [
      'a cursor that is not declared',
      [{ name: 'a', params: { s: '{incremental.startValue}' } }],
      /has no "incremental"/,
    ],
    [
      'a field of the cursor that is none',
      [{ ...posts, params: { s: '{incremental.start}' }, incremental: UPDATED }],
      /incremental\.start\}" is not a valid placeholder/,
    ],
    ['fields of no parent', [{ name: 'a', includeFromParent: ['id'] }], /"includeFromParent" needs a parent/],
    ['a body of a GET', [{ name: 'a', json: {} }], /needs "method: 'POST'"/],
    ['a path to rows that is none', [{ name: 'a', data: '$.a[*' }], /is not a valid JSONPath to the rows/],
    [
      'a setting that is none',
      [{ name: 'a', primary_key: 'id' } as RestResource],
      /"primary_key" is not a setting of a resource; there are .*"primaryKey"/,
    ],
  ])('%s', (_, resources, message) => {
    expect(() => restSource({ name: 'blog', baseUrl: 'https://blog.example', resources })).toThrow(message);
  });
});
