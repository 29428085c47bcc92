import { files } from '../../../src/sources/files';
import { decoded } from '../../../src/sources/files/decode-text';
import { Timestamp } from '../../../src/value';
import { thrown } from '../../http/make-client';
import { PACKED } from './packed';
import { type Workspace, workspace } from './workspace';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.close());

const FILE = { path: 'a.csv', size: 0, modified: Timestamp.fromMillis(0) };

async function textOf(bytes: Uint8Array, encoding?: string, size = 3): Promise<string> {
  async function* pieces(): AsyncGenerator<Uint8Array, void, void> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  let text = '';
  for await (const piece of decoded(FILE, pieces(), encoding)) text += piece;
  return text;
}

const rowsOf = async (more: object = {}): Promise<unknown[]> => {
  const made = files({
    location: space.location,
    tables: [{ name: 'rows', glob: '*.*', incremental: 'none', ...more }],
  });
  const rows: unknown[] = [];
  for await (const page of made.resources[0]!.pages()) rows.push(...page);
  return rows;
};

const TEXT = 'id,name\r\n1,Grüße €\r\n2,😀\n';
const utf16 = (text: string, big = false): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le');
  return new Uint8Array(big ? bytes.swap16() : bytes);
};
const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('text', () => {
  test.each<[string, Uint8Array, string | undefined]>([
    ['UTF-8', utf8(TEXT), undefined],
    ['UTF-8 with a mark', utf8(`\ufeff${TEXT}`), undefined],
    ['UTF-8 with a mark, though said to be another', utf8(`\ufeff${TEXT}`), 'windows-1252'],
    ['UTF-16, little end first, with a mark', utf16(`\ufeff${TEXT}`), undefined],
    ['UTF-16, big end first, with a mark', utf16(`\ufeff${TEXT}`, true), undefined],
    ['UTF-16, big end first, though said to be the other', utf16(`\ufeff${TEXT}`, true), 'utf-16le'],
    ['UTF-16, little end first, without', utf16(TEXT), 'utf-16le'],
    ['UTF-16, big end first, without', utf16(TEXT, true), 'utf-16be'],
  ])('of %s is read, wherever its pieces are cut', async (_, bytes, encoding) => {
    for (const size of [1, 2, 3, 1000]) expect(await textOf(bytes, encoding, size)).toBe(TEXT);
  });

  test.each(['windows-1252', 'latin1', 'ISO-8859-1', 'cp1252'])(
    'of %s has the letters of windows-1252',
    async (encoding) => {
      const bytes = Uint8Array.from([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x80, 0x9c]);
      expect(await textOf(bytes, encoding)).toBe('Grüße €œ');
    },
  );

  test('of a table is read by its encoding, packed or not', async () => {
    space.write('a.csv', Uint8Array.from([...Buffer.from('id,name\n1,Gr'), 0xfc, 0xdf, 0x65, 0x0a]));
    space.write('b.csv.gz', 'id,name\n2,xyz\n');
    expect(await rowsOf({ encoding: 'windows-1252' })).toEqual([
      { id: '1', name: 'Grüße' },
      { id: '2', name: 'xyz' },
    ]);
    await expect(rowsOf()).rejects.toMatchObject({ code: 'FILE_INVALID' });
  });

  test('in an encoding that nobody knows is refused before anything is read', async () => {
    space.write('a.jsonl', PACKED.zstdSmall);
    const error = await thrown(rowsOf({ encoding: 'utf8-x' }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toMatch(
      /encoding.*not a known encoding; write one such as utf-8, utf-16le, windows-1252/,
    );
  });
});

describe('a wrong byte is named with its place', () => {
  const emoji = [...Buffer.from('😀')];
  test.each<[string, number[], string | undefined, number, string]>([
    ['a letter of latin1', [0x61, 0x0a, 0x62, 0xfc, 0x64, 0x65], undefined, 3, '0xfc, line 2'],
    ['one that can be nothing', [0x61, 0xff, 0x61], undefined, 1, '0xff, line 1'],
    ['a beginning without its rest', [0x0a, 0x0a, 0xe2, 0x82, 0x41], undefined, 2, '0xe2, line 3'],
    ['one behind letters of four bytes', [...emoji, ...emoji, 0x80], undefined, 8, '0x80, line 1'],
    [
      'half a pair of UTF-16',
      [0x61, 0, 0x0a, 0, 0x3d, 0xd8, 0x61, 0, 0x62, 0],
      'utf-16le',
      4,
      '0x3d, line 2',
    ],
    ['the other half first', [0x61, 0, 0x00, 0xde, 0x62, 0], 'utf-16le', 2, '0x00, line 1'],
  ])('%s', async (_, bytes, encoding, byte, says) => {
    for (const size of [1, 2, 3, 100]) {
      const error = await thrown(textOf(Uint8Array.from(bytes), encoding, size));
      expect(error.message).toContain(
        `The file "a.csv" is not ${encoding ?? 'utf-8'} at byte ${byte} (${says})`,
      );
      expect(error).toMatchObject({ code: 'FILE_INVALID', details: { file: 'a.csv', byte } });
    }
  });

  test.each<[number[], string | undefined, number]>([
    [[0x61, 0x0a, 0xe2, 0x82], undefined, 2],
    [[0x61, 0, 0x62], 'utf-16le', 2],
    [[0x61, 0, 0x3d, 0xd8], 'utf-16le', 2],
  ])('and where a file ends within a character: %p', async (bytes, encoding, byte) => {
    for (const size of [1, 2, 3, 100])
      expect((await thrown(textOf(Uint8Array.from(bytes), encoding, size))).message).toContain(
        `at byte ${byte} (where it ends within a character`,
      );
  });

  test('far into a file', async () => {
    const line = `${JSON.stringify({ id: 1, text: 'ü'.repeat(99) })}\n`;
    const good = Buffer.from(line.repeat(4_000));
    space.write('b.jsonl', Uint8Array.from([...good, 0x7b, 0xfc]));
    const error = await thrown(rowsOf({ glob: 'b.jsonl' }));
    expect(error.message).toContain(`at byte ${good.length + 1} (0xfc, line 4001)`);
    expect(error.message).toContain("name it: encoding: 'windows-1252'");
  });
});
