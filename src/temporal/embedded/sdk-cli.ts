import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { request } from 'undici';
import { TidemarkError } from '../../errors';
import { CLI_RELEASE } from './cli-release';

const DOWNLOAD_HOST = 'https://temporal.download';
/** Without internet access this is found out at once; the SDK itself would go on trying. */
const REACHABLE_WITHIN_MS = 10_000;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

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
  // loaded only when it is needed: it brings the whole worker with it
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const server = TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'cached-download', downloadDir: folder, version: `v${CLI_RELEASE.version}` },
      ui: false,
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(failed('the download by the Temporal SDK took too long')),
      DOWNLOAD_TIMEOUT_MS,
    );
  });
  try {
    await (await Promise.race([server, timeout])).teardown();
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
