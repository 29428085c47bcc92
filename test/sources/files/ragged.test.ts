import { files } from '../../../src/sources/files';
import { type Workspace, workspace } from './workspace';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.close());

const rowsOf = async (csv: object, more: object = {}): Promise<unknown[]> => {
  const made = files({
    location: space.location,
    tables: [{ name: 'rows', glob: '*.csv', incremental: 'none', csv: csv as never, ...more }],
  });
  const rows: unknown[] = [];
  for await (const page of made.resources[0]!.pages()) rows.push(...page);
  return rows;
};
const failing = (csv: object) => expect(rowsOf(csv)).rejects;

describe('lines of CSV with other cells than the header', () => {
  const RAGGED = 'id,name,more\n1,a,x\n2,b\n3\n';
  const LONG = `${RAGGED}4,d,y,z,\n`;

  test('are errors unless the table says otherwise', async () => {
    space.write('a.csv', RAGGED);
    await failing({}).toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringContaining('line 3 is broken CSV'),
    });
  });

  test('have null for cells that are missing, with "pad"; too many are an error still', async () => {
    space.write('a.csv', RAGGED);
    const expected = [
      { id: '1', name: 'a', more: 'x' },
      { id: '2', name: 'b', more: null },
      { id: '3', name: null, more: null },
    ];
    expect(await rowsOf({ ragged: 'pad' })).toEqual(expected);
    space.write('a.csv', LONG);
    await failing({ ragged: 'pad' }).toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringContaining('line 5 is broken CSV'),
    });
    expect(await rowsOf({ ragged: 'fit' })).toEqual([...expected, { id: '4', name: 'd', more: 'y' }]);
  });

  test('keep the types of their columns, and names that are given', async () => {
    space.write('a.csv', '1,2\n3\n4,5,6\n');
    const columns = { a: { dataType: 'bigint' }, b: { dataType: 'double' } };
    expect(await rowsOf({ header: ['a', 'b'], ragged: 'fit' }, { columns })).toEqual([
      { a: 1, b: 2 },
      { a: 3, b: null },
      { a: 4, b: 5 },
    ]);
  });
});

test('quotes within cells without quotes are letters with "relaxQuotes"', async () => {
  space.write('a.csv', 'id,size\n1,5" disk\n2,"a ""b"" c"\n3,"x, y"\n');
  await failing({}).toMatchObject({
    code: 'FILE_INVALID',
    message: expect.stringContaining('line 2 is broken CSV'),
  });
  expect(await rowsOf({ relaxQuotes: true })).toEqual([
    { id: '1', size: '5" disk' },
    { id: '2', size: 'a "b" c' },
    { id: '3', size: 'x, y' },
  ]);
});

test.each([{ ragged: 'padd' }, { relaxQuotes: 'yes' }, { relax_quotes: true }])(
  '%j is refused',
  async (csv) => {
    space.write('a.csv', 'id\n1\n');
    await failing(csv).toMatchObject({ code: 'CONFIG_INVALID' });
  },
);

test.each<[object, RegExp]>([
  [
    { csv: { ragged: 'padd' } },
    /"tables\.0\.csv\.ragged" .* is "padd": write "error", "pad", "fit"\. Did you mean "pad"/,
  ],
  [
    { csv: { relaxQuote: true } },
    /"tables\.0\.csv" .*it has no setting "relaxQuote"\. Did you mean "relaxQuotes"/,
  ],
  [{ encodng: 'latin1' }, /it has no setting "encodng"\. Did you mean "encoding"/],
  [{ format: 'jsn' }, /"tables\.0\.format" .* is "jsn": write "jsonl", "json", .*Did you mean "json/],
  [{ nothing: 1 }, /it has no setting "nothing"\. There are "name", "glob",/],
])('a misspelt setting is refused, naming what was meant: %j', (more, message) => {
  const table = { name: 'rows', glob: '*.csv', ...more };
  expect(() => files({ location: space.location, tables: [table] }).resources).toThrow(message);
});
