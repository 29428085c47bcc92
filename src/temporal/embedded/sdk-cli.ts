import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Runtime } from '@temporalio/worker';
import { request } from 'undici';
import { TidemarkError } from '../../errors';
import { DAY_MS } from '../../interval';
import { CLI_RELEASE } from './cli-release';

/** Where the SDK's runtime takes the CLI from. */
type Executable = Parameters<Runtime['createEphemeralServer']>[0]['exe'];

const DOWNLOAD_HOST = 'https://temporal.download';
/** Without internet access this is found out at once; the SDK itself would go on trying. */
const REACHABLE_WITHIN_MS = 10_000;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/** The version of the SDK, which its download is asked with. */
async function sdkVersion(): Promise<string> {
  const text = await readFile(require.resolve('@temporalio/worker/package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Has the SDK's runtime start a server without data, and stop it again. The runtime does what the SDK's own test
 * environment does with it: the method is public and hidden in the docs, so the SDK's version is pinned.
 */
export async function startAndStop(exe: Executable): Promise<void> {
  // loaded only when it is needed: most commands do without the worker
  const worker = await import('@temporalio/worker');
  const runtime = worker.Runtime.instance();
  const server = await runtime.createEphemeralServer({
    type: 'dev-server',
    exe,
    namespace: 'default',
    ip: '127.0.0.1',
    port: null,
    ui: false,
    uiPort: null,
    dbFilename: null,
    log: { format: 'pretty', level: 'error' },
    extraArgs: [],
  });
  await runtime.shutdownEphemeralServer(server);
}

/**
 * Has the Temporal SDK download the CLI into `folder`. The SDK offers that only together with a start, so a server
 * without data is started and stopped again at once; the one that stays is started as every other, under our watch.
 *
 * @returns the path of the binary
 * @throws TidemarkError TEMPORAL_NOT_INSTALLED if the download host does not answer within ten seconds, or the download fails
 */
export async function cliFromSdk(folder: string): Promise<string> {
  const failed = (reason: string): TidemarkError => new TidemarkError('TEMPORAL_NOT_INSTALLED', reason);
  try {
    const { body } = await request(DOWNLOAD_HOST, {
      method: 'HEAD',
      signal: AbortSignal.timeout(REACHABLE_WITHIN_MS),
    });
    await body.dump();
  } catch (error) {
    throw failed(`${DOWNLOAD_HOST} cannot be reached (${error instanceof Error ? error.message : error})`);
  }
  const download = startAndStop({
    type: 'cached-download',
    downloadDir: folder,
    version: `v${CLI_RELEASE.version}`,
    ttl: DAY_MS,
    sdkName: 'sdk-typescript',
    sdkVersion: await sdkVersion(),
  });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(failed('the download by the Temporal SDK took too long')),
      DOWNLOAD_TIMEOUT_MS,
    );
  });
  try {
    await Promise.race([download, timeout]);
  } catch (error) {
    throw failed(
      `the Temporal SDK could not download it (${error instanceof Error ? error.message : error})`,
    );
  } finally {
    clearTimeout(timer);
  }
  const [binary] = (await readdir(folder)).filter((name) => /^temporal/.test(name));
  if (binary === undefined) throw failed('the Temporal SDK left no binary behind');
  return path.join(folder, binary);
}
