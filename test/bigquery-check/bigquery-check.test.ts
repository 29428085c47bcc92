import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { type BigQueryFake, startBigQuery } from '../emulators/bigquery';

const MAIN = path.join(__dirname, 'main.js');

let fake: BigQueryFake;
beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly stderr: string;
}

/** Runs the check without what this machine knows of Google: no account of anybody's may be used by it. */
function start(args: readonly string[]): ChildProcess {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DESTINATION__|GOOGLE_|GCLOUD_|CLOUDSDK_)/.test(name)),
  );
  const nobody = { HOME: '/nonexistent', APPDATA: '/nonexistent', METADATA_SERVER_DETECTION: 'none' };
  return spawn(process.execPath, [MAIN, ...args], {
    env: { ...env, ...nobody },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function ended(child: ChildProcess, onLine: (line: string) => void = () => {}): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const line of text.split('\n')) onLine(line);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, lines: stdout.trim().split('\n'), stderr }));
  });
}

const atFake = (): readonly string[] => ['--endpoint', fake.endpoint, '--project', fake.projectId];

/** Datasets that are there. */
async function datasets(): Promise<number> {
  const url = `${fake.endpoint}/bigquery/v2/projects/${fake.projectId}/datasets`;
  const page = (await (await fetch(url)).json()) as { readonly datasets?: readonly unknown[] };
  return page.datasets?.length ?? 0;
}

describe('npm run bigquery-check, against the emulator', () => {
  test('each check is a line, the last one counts, and no dataset is left', async () => {
    // the suite, the cases and what happens to processes have tests of their own
    const only = ['types', 'jobs'].flatMap((group) => ['--only', group]);
    const { code, lines } = await ended(start([...atFake(), ...only, '--parallel', '4']));
    const outcomes = lines.filter((line) => /^(passed|FAILED) /.test(line));
    expect(outcomes.filter((line) => line.startsWith('FAILED'))).toEqual([]);
    expect(outcomes).toHaveLength(6);
    expect(lines.at(-1)).toBe('6 passed, 0 failed');
    expect(code).toBe(0);
    expect(lines.find((line) => line.startsWith('Used: '))).toMatch(/^Used: \d+ jobs, \d+\.\d\d GB billed/);
    expect(await datasets()).toBe(0);
  });

  test('a check that fails is told with what was found, and the exit code says it', async () => {
    fake.faults.failJobs(() => true, { reason: 'invalidQuery', message: 'The test refuses it', times: 1000 });
    const { code, lines } = await ended(start([...atFake(), '--only', 'jobs']));
    fake.faults.clear();
    expect(lines.filter((line) => line.startsWith('FAILED'))).toHaveLength(3);
    expect(lines.find((line) => line.startsWith('FAILED'))).toContain('The test refuses it');
    expect(lines.at(-1)).toBe('0 passed, 3 failed');
    expect(code).toBe(1);
    expect(await datasets()).toBe(0);
  });

  test('Ctrl-C ends it once what runs is done, and deletes what was made', async () => {
    const child = start([...atFake(), '--only', 'cases', '--parallel', '2']);
    let stopped = false;
    const { code, lines } = await ended(child, (line) => {
      if (stopped || !line.startsWith('passed')) return;
      stopped = true;
      child.kill('SIGINT');
    });
    expect(code).toBe(130);
    expect(lines.filter((line) => line.startsWith('passed')).length).toBeLessThan(20);
    expect(lines).toContainEqual(expect.stringMatching(/^Stopping: /));
    expect(await datasets()).toBe(0);
  });

  test('--keep leaves what was made, and --clean deletes it', async () => {
    const kept = await ended(start([...atFake(), '--only', 'jobs', '--keep']));
    expect(kept.lines.at(-1)).toBe('3 passed, 0 failed');
    const left = await datasets();
    expect(left).toBeGreaterThan(0);
    const { code, lines } = await ended(start([...atFake(), '--clean']));
    expect({ code, lines }).toEqual({ code: 0, lines: [`Deleted ${left} datasets`] });
    expect(await datasets()).toBe(0);
  });

  test('what is missing is told before anything is made', async () => {
    const noProject = await ended(start([]));
    expect(noProject).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_MISSING') });
    const noGroup = await ended(start([...atFake(), '--only', 'typse']));
    expect(noGroup).toMatchObject({ code: 2, stderr: expect.stringContaining('no group "typse"') });
    fake.faults.answer(
      { method: 'POST', path: /^\/datasets$/ },
      { reason: 'accessDenied', message: 'Access Denied: bigquery.datasets.create' },
    );
    const noRight = await ended(start(atFake()));
    expect(noRight).toMatchObject({ code: 2, stderr: expect.stringContaining('BigQuery Data Editor') });
    expect(await datasets()).toBe(0);
  });
});
