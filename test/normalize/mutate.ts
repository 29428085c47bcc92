/** Draws from a seed: the same seed gives the same draws for ever. */
export interface Draw {
  /** A number from 0 to `below`, exclusive. */
  int(below: number): number;
  pick<T>(list: readonly T[]): T;
}

export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return { int, pick: (list) => list[int(list.length)]! };
}

type Fields = Record<string, unknown>;

/** Pages as APIs send them. */
const PAGES: readonly (readonly Fields[])[] = [
  [
    {
      id: 1,
      title: 'Bug',
      user: { login: 'ann', siteAdmin: false },
      labels: [{ name: 'bug', color: 'f00' }],
      createdAt: '2024-01-02T03:04:05Z',
      comments: 3,
    },
    {
      id: 2,
      title: 'Wish',
      user: { login: 'bob', siteAdmin: true },
      labels: [],
      createdAt: '2024-01-03T00:00:00.123456+02:00',
      comments: 0,
    },
    { id: 3, title: null, user: null, labels: [{ name: 'x' }, { name: 'y' }], comments: 1.5 },
  ],
  [
    {
      id: 'ch_1',
      amount: 1999,
      metadata: { 'order.id': '6735', Name: 'x' },
      refunds: { data: [{ id: 're_1', amount: 5 }] },
    },
    { id: 'ch_2', amount: 12345678901234567890n, metadata: {}, refunds: { data: [] } },
  ],
  [
    { time: 1700000000, point: [1.5, 2.25], grid: [[1, 2], [3]], tags: ['a', 'b'] },
    { time: 1700000060, point: [0, -1], grid: [], tags: [null, 'c'] },
  ],
];

const KEYS = [
  'user_id',
  'userId',
  'Name',
  'name',
  'a.b',
  'a-b',
  'a__b',
  '',
  ' ',
  'ID',
  'Ünï',
  '日本',
  '__proto__',
  'constructor',
  'valueOf',
  'v',
  'v__v_text',
  'items',
  'Items',
  'value',
  'list',
  '1st',
  'x'.repeat(80),
];
const VALUES: readonly unknown[] = [
  null,
  undefined,
  0,
  -0,
  1,
  -5,
  1.5,
  1e21,
  1e-7,
  2 ** 53,
  9007199254740993n,
  -(2n ** 63n),
  2n ** 64n,
  10n ** 45n,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  true,
  false,
  '',
  ' ',
  'true',
  'yes',
  '12',
  '0012',
  '1.50',
  '-0',
  '1e5',
  '0x10',
  'x',
  '\ufeffx',
  `\ufeff${'y'.repeat(30)}`,
  'ß😀',
  '\0',
  'x'.repeat(300),
  '2024-02-03',
  '2024-02-03T04:05:06Z',
  '2024-02-03 04:05:06.000001',
  '9999-12-31T23:59:59Z',
  '2024-02-30T00:00:00Z',
  '23:59:59',
  '[1]',
  '{"a":1}',
  'null',
  '"q"',
  'NaN',
];
/** Each is refused by name wherever it stands. */
const REFUSED: readonly (() => unknown)[] = [
  () => new Date(Number.NaN),
  () => /x/,
  () => new Error('x'),
  () => (): void => {},
  () => Symbol('x'),
  () => Promise.resolve(1),
  () => deep(600),
];

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 3 === 0 ? { a: value } : [value];
  return value;
}

/** An object or list of a page, with the keys that it has. */
type Holder = Fields | unknown[];

function holdersIn(value: unknown, found: Holder[] = []): Holder[] {
  if (typeof value !== 'object' || value === null) return found;
  found.push(value as Holder);
  for (const key of Object.keys(value)) holdersIn((value as Fields)[key], found);
  return found;
}

function put(holder: Holder, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function freshValue(draw: Draw): unknown {
  switch (draw.int(6)) {
    case 0:
      return {
        [draw.pick(KEYS.filter((key) => key !== '__proto__'))]: draw.pick(VALUES),
        other: draw.pick(VALUES),
      };
    case 1:
      return [draw.pick(VALUES), draw.pick(VALUES)];
    case 2:
      return [{ [draw.pick(['v', 'V', 'value', 'list'])]: draw.pick(VALUES) }, [draw.pick(VALUES)]];
    default:
      return draw.pick(VALUES);
  }
}

function respelled(key: string, draw: Draw): string {
  return draw.pick([
    key.toUpperCase(),
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    key.replace(/_/g, '-'),
    `${key} `,
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  ]);
}

function mutateOnce(page: unknown[], draw: Draw): void {
  const holder = draw.pick(holdersIn(page));
  const keys = Object.keys(holder);
  const key = keys.length === 0 ? undefined : draw.pick(keys);
  if (Array.isArray(holder)) {
    if (key !== undefined && draw.int(2) === 0) holder[Number(key)] = freshValue(draw);
    else holder.push(freshValue(draw));
    return;
  }
  switch (draw.int(6)) {
    case 0:
      if (key !== undefined) delete holder[key];
      return;
    case 1:
      if (key !== undefined) put(holder, key, draw.pick([[holder[key]], { [draw.pick(KEYS)]: holder[key] }]));
      return;
    case 2:
      // the same name a second time, with another value or the same one
      if (key !== undefined)
        put(holder, respelled(key, draw), draw.int(3) === 0 ? holder[key] : freshValue(draw));
      return;
    case 3:
      if (key !== undefined) put(holder, key, freshValue(draw));
      return;
    default:
      put(holder, draw.pick(KEYS), freshValue(draw));
  }
}

/** A page with some faults in it. `refused` says whether it holds what no table takes. */
export function mutatedPage(draw: Draw): { page: unknown[]; refused: boolean } {
  const page = structuredClone(draw.pick(PAGES)) as unknown[];
  const times = 1 + draw.int(5);
  for (let time = 0; time < times; time++) mutateOnce(page, draw);
  const refused = draw.int(25) === 0;
  if (refused) {
    const holder = draw.pick(holdersIn(page));
    if (Array.isArray(holder)) holder.push(draw.pick(REFUSED)());
    else put(holder, 'refused', draw.pick(REFUSED)());
  }
  return { page, refused };
}
