import { type Deployment, TidemarkClient } from '../../operate';
import type { TemporalAccess } from '../../temporal';
import type { Ui } from '../../ui';
import { packageVersion } from '../package-root';
import type { CliContext, GlobalOptions } from '../session/command';

/** Who looks at a page wants it now: a dataset that another process holds is read a moment later. */
const LOCK_WAIT_MS = 2_000;
/** A Temporal that doesn't answer is waited for once, for all who look. */
const RETRY_AFTER_MS = 5_000;

/** The client that a page reads with: it waits for nothing long. */
export function pageClient(
  { terminal, interrupted }: Pick<CliContext, 'terminal' | 'interrupted'>,
  deployment: Deployment,
  temporal?: TemporalAccess,
): TidemarkClient {
  return new TidemarkClient(deployment, {
    temporal,
    signal: interrupted,
    lockWaitMs: LOCK_WAIT_MS,
    retryAfterMs: RETRY_AFTER_MS,
    onProgress: (line) => terminal.err(line),
  });
}

/** How the page is served; all as `startUi` has it. */
export interface PageOptions {
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly token?: string | undefined;
  readonly allowedHosts?: readonly string[] | undefined;
  readonly readOnly?: boolean | undefined;
}

/**
 * Serves the page until it is closed. Its server is loaded here and not with the program: most commands do without.
 * @throws USAGE for an address that can't be had, or a token that is too short
 */
export async function servePage(
  call: {
    readonly terminal: Pick<CliContext['terminal'], 'err'>;
    readonly client: TidemarkClient;
    readonly options: Pick<GlobalOptions, 'config'>;
  },
  page: PageOptions = {},
): Promise<Ui> {
  const { startUi } = await import('../../ui/index.js');
  const { terminal, client, options } = call;
  return startUi({
    ...page,
    client,
    config: options.config,
    version: packageVersion(),
    onError: (error) =>
      terminal.err(`The page: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
}
