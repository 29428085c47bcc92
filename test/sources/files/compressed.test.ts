import { gzipSync } from 'node:zlib';
import { files } from '../../../src/sources/files';
import { unpacked } from '../../../src/sources/files/unpack';
import { Timestamp } from '../../../src/value';
import { thrown } from '../../http/make-client';
import { PACKED, ROWS, SMALL_ROWS } from './packed';
import { jsonl, type Workspace, workspace } from './workspace';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.close());

const FILE = { path: 'a.jsonl', size: 0, modified: Timestamp.fromMillis(0) };

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The text of packed bytes that come in pieces of a size. */
async function textOf(bytes: Uint8Array, size = 1 << 16): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const some of unpacked(FILE, pieces(bytes, size))) all.push(some);
  return Buffer.concat(all).toString();
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const rowsAt = async (glob: string): Promise<unknown[]> => {
  const made = files({ location: space.location, tables: [{ name: 'rows', glob, incremental: 'none' }] });
  const rows: unknown[] = [];
  for await (const page of made.resources[0]!.pages()) rows.push(...page);
  return rows;
};

/** What a frame of zstd may have between others: four bytes that mean nothing. */
const SKIPPED = Uint8Array.from([0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);

const SAME: readonly (readonly [name: string, whole: Uint8Array, text: string])[] = [
  ['zstd of several blocks', PACKED.zstdRows, jsonl(...ROWS)],
  ['zstd with its content size', PACKED.zstdFile, jsonl(...ROWS)],
  ['zstd without a checksum', PACKED.zstdUnchecked, jsonl(...SMALL_ROWS)],
  ['bzip2 of several blocks', PACKED.bzip2Rows, jsonl(...ROWS)],
  ['bzip2 of one', PACKED.bzip2Small, jsonl(...SMALL_ROWS)],
];

describe('packed files', () => {
  test('are known by their names and by their first bytes', async () => {
    for (const name of [
      'a.jsonl.zst',
      'b.ndjson.zstd',
      'c.json.bz2',
      'd.jsonl.BZIP2',
      'e.jsonl',
      'f.jsonl.gz',
    ])
      space.write(
        name,
        name.includes('zst') || name === 'e.jsonl'
          ? PACKED.zstdSmall
          : name.endsWith('gz')
            ? jsonl(...SMALL_ROWS)
            : PACKED.bzip2Small,
      );
    expect(await rowsAt('*.*')).toEqual(Array.from({ length: 6 }, () => SMALL_ROWS).flat());
    space.write('g.csv.bz2', 'BZh9,name\n1,x\n');
    expect(await rowsAt('*.csv.bz2')).toEqual([{ BZh9: '1', name: 'x' }]);
  });

  test.each(SAME)('%s is read whole, in pieces of any size', async (_, packed, text) => {
    expect(await textOf(packed)).toBe(text);
    expect(await textOf(packed, 7)).toBe(text);
    if (packed.length < 200) expect(await textOf(packed, 1)).toBe(text);
  });

  test.each([
    ['gzip', new Uint8Array(gzipSync(jsonl(...SMALL_ROWS)))],
    ['zstd', PACKED.zstdSmall],
    ['zstd without checksums', PACKED.zstdUnchecked],
    ['zstd and what is skipped', joined(SKIPPED, PACKED.zstdSmall, SKIPPED)],
    ['bzip2', PACKED.bzip2Small],
  ])('several of %s, one after the other, are one', async (_, packed) => {
    expect(await textOf(joined(packed, packed, packed), 50)).toBe(jsonl(...SMALL_ROWS).repeat(3));
  });

  test.each(SAME)('%s is an error wherever it is cut', async (name, packed) => {
    const says = name.startsWith('zstd')
      ? 'is broken zstd: "it ends early"'
      : 'is broken bzip2: "it ends early"';
    for (const left of [10, 11, 40, packed.length - 5, packed.length - 1]) {
      const error = await thrown(textOf(packed.subarray(0, left)));
      expect(error).toMatchObject({ code: 'FILE_INVALID', retryable: false });
      expect(error.message).toContain(`The file "a.jsonl" ${says}`);
    }
    // behind a whole one too
    expect((await thrown(textOf(joined(packed, packed.subarray(0, 30))))).code).toBe('FILE_INVALID');
  });

  test.each([
    ['zstd', PACKED.zstdSmall, 1],
    // each try costs the tables of a block of 900,000 bytes
    ['bzip2', PACKED.bzip2Small, 4],
  ])('a broken byte of %s never gives other text', async (_, packed, step) => {
    let refused = 0;
    for (let at = 10; at < packed.length; at += step) {
      const broken = Uint8Array.from(packed);
      broken[at]! ^= 0x10;
      const text = await textOf(broken).catch((error: { code: string }) => error.code);
      if (text !== jsonl(...SMALL_ROWS)) expect(text).toBe('FILE_INVALID');
      refused += text === 'FILE_INVALID' ? 1 : 0;
    }
    expect(refused).toBeGreaterThan(packed.length / step / 2);
  });

  test('something else behind the last frame is an error', async () => {
    const error = await thrown(textOf(joined(PACKED.zstdSmall, Uint8Array.from([1, 2, 3, 4, 5]))));
    expect(error.message).toMatch(/broken zstd: "behind its frames there is something else"/);
    expect((await thrown(textOf(joined(PACKED.bzip2Small, Uint8Array.from([1, 2, 3, 4, 5]))))).code).toBe(
      'FILE_INVALID',
    );
  });

  test('zstd that needs more memory than it may have, or a dictionary, is refused', async () => {
    const window = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 1, 0, 0, 0]);
    expect((await thrown(textOf(window))).message).toMatch(
      /refers back over \d+ bytes, of which at most 134217728/,
    );
    const dictionary = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x58, 7, 1, 0, 0]);
    expect((await thrown(textOf(dictionary))).message).toMatch(/needs a dictionary/);
  });

  test.each([
    ['zstd', PACKED.zstdRows],
    ['bzip2', PACKED.bzip2Rows],
  ])('%s is unpacked block by block, and left where no more is wanted', async (_, packed) => {
    let closed = false;
    async function* watched(): AsyncGenerator<Uint8Array, void, void> {
      try {
        for (;;) yield packed;
      } finally {
        closed = true;
      }
    }
    // a stream without an end: whoever unpacks all there is before the first block never comes back
    let longest = 0;
    let count = 0;
    for await (const some of unpacked(FILE, watched())) {
      longest = Math.max(longest, some.length);
      if (++count === 20) break;
    }
    expect(longest).toBeLessThanOrEqual(1 << 20);
    expect(closed).toBe(true);
  });

  test('a failure of the store is not taken for one of the file', async () => {
    async function* failing(): AsyncGenerator<Uint8Array, void, void> {
      yield PACKED.zstdSmall.subarray(0, 50);
      throw new Error('the bucket is gone');
    }
    const all = unpacked(FILE, failing());
    expect((await thrown(all.next().then(() => all.next()))).message).toBe('the bucket is gone');
  });
});
