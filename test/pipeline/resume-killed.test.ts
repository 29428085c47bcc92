import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type S3Emulator, startS3Emulator } from '../../examples/files-emulator';
import { temporaryFolder } from '../temporary-folder';
import { askDuckdb, dump } from '../torture/dump';

const folder = temporaryFolder('resume');

interface Ended {
  readonly signal: NodeJS.Signals | null;
  /** Pages asked of the source. */
  readonly pages: readonly number[];
  readonly output: string;
}

const runChild = (file: string, scenario: string, kill: string, ...host: string[]): Promise<Ended> =>
  runWith({}, file, scenario, kill, ...host);

function runWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(__dirname, 'resume-child.js'), ...args], {
      env: { ...process.env, ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code !== 0 && signal === null) reject(new Error(output));
      const pages = [...output.matchAll(/^page (\d+)$/gm)].map(([, number]) => Number(number));
      resolve({ signal, pages, output });
    });
  });
}

const place = (): string => path.join(mkdtempSync(path.join(folder, 'run-')), 'base.duckdb');
const checkpointsOf = (file: string): string[] => {
  const at = path.join(path.dirname(file), 'work', 'checkpoints');
  return existsSync(at) ? readdirSync(at) : [];
};

describe.each(['interval', 'incremental'])('a long load (%s) that is killed with -9', (scenario) => {
  let expected: Record<string, unknown>;
  beforeAll(async () => {
    const file = place();
    const { pages } = await runChild(file, scenario, 'never');
    expect(pages).toEqual([0, 1, 2, 3, 4, 5]);
    expect(checkpointsOf(file)).toEqual([]);
    expected = await askDuckdb(file, dump);
    expect(expected['events']).toHaveLength(1200);
  });

  test.each([
    // what the killed attempt asks for, and the one after it
    ['page:0', [], [0, 1, 2, 3, 4, 5]],
    ['page:4', [0, 1, 2, 3], [4, 5]],
    ['commit:before-commit', [0, 1, 2, 3, 4, 5], []],
    ['commit:after-commit', [0, 1, 2, 3, 4, 5], []],
  ])('at %s goes on where it was, and leaves what an undisturbed one leaves', async (kill, first, second) => {
    const file = place();
    expect(await runChild(file, scenario, kill)).toMatchObject({ signal: 'SIGKILL', pages: first });
    expect(await runChild(file, scenario, 'never')).toMatchObject({ signal: null, pages: second });
    expect(await askDuckdb(file, dump)).toEqual(expected);
    expect(checkpointsOf(file)).toEqual([]);
  });

  test('on one host goes on at another, whose folders are its own, from the checkpoint that both can read', async () => {
    const file = place();
    const shared = path.join(path.dirname(file), 'shared');
    mkdirSync(shared);
    expect(await runChild(file, scenario, 'page:4', 'host-1')).toMatchObject({
      signal: 'SIGKILL',
      pages: [0, 1, 2, 3],
    });
    expect(readdirSync(shared)).toHaveLength(1);
    expect(await runChild(file, scenario, 'never', 'host-2')).toMatchObject({ signal: null, pages: [4, 5] });
    expect(await askDuckdb(file, dump)).toEqual(expected);
    expect(readdirSync(shared)).toEqual([]);
    expect(existsSync(path.join(path.dirname(file), 'host-1', 'checkpoints'))).toBe(false);
  });

  describe('on one host goes on at another, whose folders are its own, from the checkpoint in a bucket', () => {
    let bucket: S3Emulator;
    beforeEach(async () => {
      bucket = await startS3Emulator({ pageKeys: 2 });
    });
    afterEach(() => bucket.close());

    test.each([
      ['page:4', [0, 1, 2, 3], [4, 5]],
      ['commit:before-commit', [0, 1, 2, 3, 4, 5], []],
      ['commit:after-commit', [0, 1, 2, 3, 4, 5], []],
    ])('at %s', async (kill, first, second) => {
      const file = place();
      const { url, keys } = bucket;
      const env = {
        CHECKPOINTS__S3__BUCKET: bucket.bucket,
        CHECKPOINTS__S3__ENDPOINT: url,
        CHECKPOINTS__S3__REGION: keys.region,
        CHECKPOINTS__S3__ACCESS_KEY_ID: keys.accessKeyId,
        CHECKPOINTS__S3__SECRET_ACCESS_KEY: keys.secretAccessKey,
      };
      expect(await runWith(env, file, scenario, kill, 'host-1')).toMatchObject({
        signal: 'SIGKILL',
        pages: first,
      });
      expect(bucket.stored().filter((key) => key.endsWith('/checkpoint.json'))).toHaveLength(1);
      expect(bucket.stored().filter((key) => key.includes('/pages-'))).toHaveLength(first.length);
      const ended = await runWith(env, file, scenario, 'never', 'host-2');
      expect(ended).toMatchObject({ signal: null, pages: second });
      expect(await askDuckdb(file, dump)).toEqual(expected);
      expect(bucket.stored()).toEqual([]);
      expect(existsSync(path.join(path.dirname(file), 'host-1', 'checkpoints'))).toBe(false);
      expect(ended.output).not.toContain(keys.secretAccessKey);
    });
  });

  test('again and again, also while a checkpoint is being written, leaves what an undisturbed one leaves', async () => {
    const file = place();
    const asked: number[][] = [];
    for (const kill of ['save:1', 'page:2', 'save:3', 'page:5'])
      asked.push([...(await runChild(file, scenario, kill)).pages]);
    const last = await runChild(file, scenario, 'never');
    expect(last.pages).toEqual([5]);
    // page 1 comes again only if the checkpoint after it wasn't there yet when the process died
    expect(asked[1]!.length).toBeLessThanOrEqual(1);
    expect(await askDuckdb(file, dump)).toEqual(expected);
    expect(checkpointsOf(file)).toEqual([]);
  });
});
