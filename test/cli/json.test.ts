import { temporaryFolder } from '../temporary-folder';
import { callCli } from './capture';
import { checkJson } from './check-json';
import { smallProject } from './small-project';

const home = process.cwd();
const folder = temporaryFolder('json');
let here: string;
beforeAll(() => {
  here = smallProject(folder);
});
afterEach(() => process.chdir(home));

/** In this order: a later one sees what an earlier one has loaded. */
const CALLS = [
  'run shop --local --from 2024-01-03 --to 2024-01-05',
  'run shop --local --from 2024-01-03 --to 2024-01-05 --replace --bind orders.perDay=4',
  'run users --local',
  'preview shop -n 2',
  'status',
  'intervals shop --from 2024-01-01 --to 2024-01-07',
  'show shop 2024-01-03',
  'backfill shop --to 2024-01-07 --dry-run',
  'backfill shop --to 2024-01-07 --dry-run --group 2',
  'state show shop',
  'state set shop 2024-01-04 -r orders',
  'state reset shop --all',
  'query -p users select(9007199254740993)as"big",null,[1]',
  'copy users --to duckdb:copy.duckdb --dry-run',
  'copy users --to duckdb:copy.duckdb',
  'validate --secrets',
  'doctor --fix-clock users',
  'init fresh',
  'status nobody',
  'query -p users selct(1)',
];

// what is printed is held against its schema by callCli
test.each(CALLS)('tidemark %s --json prints one document, as its schema has it', async (line) => {
  const { code, stdout } = await callCli([...line.split(' '), '--json'], { cwd: here });
  const failing = line === 'status nobody' || line.includes('selct');
  expect(code).toBe(line === 'status nobody' ? 2 : failing ? 1 : 0);
  expect(Object.hasOwn(JSON.parse(stdout) as object, 'error')).toBe(failing);
});

test('what is printed otherwise is found', async () => {
  const printed = (value: unknown) => ({ code: 0, stdout: JSON.stringify(value) });
  await expect(checkJson(['pause', 'shop', '--json'], printed({ what: 'shop' }))).rejects.toThrow(/"done"/);
  await expect(
    checkJson(['pause', 'shop', '--json'], printed({ what: 'shop', done: 'paused', more: 1 })),
  ).rejects.toThrow(/"more"/);
});
