import type { LoadedDeployment, TidemarkClient } from '../../operate';
import type { Ui } from '../../ui';
import { toJsonText } from '../output/format';
import { pageClient, servePage } from '../page/serve-page';
import { loadDeployment } from '../session/client';
import type { Action, CliContext } from '../session/command';
import { aborted, pause } from '../session/interruption';

interface UiOptions {
  readonly port?: number;
  readonly host?: string;
  readonly token?: string;
  readonly allowedHost?: readonly string[];
  readonly readOnly?: boolean;
}

/** So often a server is looked for where there was none. */
const LOOKS_EVERY_MS = 10_000;
/** What ended the server may be starting it again. */
const STARTS_AGAIN_WITHIN_MS = 2_000;

/** Follows the project's own server, which others may end and start again, until Ctrl-C; then closes all. */
async function serveUntil(
  interrupted: AbortSignal,
  call: {
    readonly context: CliContext;
    readonly deployment: LoadedDeployment;
    readonly client: TidemarkClient;
    readonly ui: Ui;
  },
): Promise<void> {
  const { context, deployment, ui } = call;
  let { client } = call;
  try {
    for (;;) {
      await lostServer(client, interrupted);
      await pause(STARTS_AGAIN_WITHIN_MS, interrupted);
      if (interrupted.aborted) return;
      const before = client;
      client = pageClient(context, deployment);
      ui.use(client);
      await before.close();
    }
  } finally {
    await ui.close();
    await client.close();
  }
}

/** Resolves when the project's own server is lost, or the signal aborts. */
async function lostServer(client: TidemarkClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const access = await client.temporalIfAny().catch(() => undefined);
    if (access?.embedded !== undefined) return Promise.race([access.embedded.ended, aborted(signal)]);
    if (access !== undefined) return aborted(signal);
    await pause(LOOKS_EVERY_MS, signal);
  }
}

export const ui: Action<UiOptions> = async ({ context, options }) => {
  const { terminal, interrupted } = context;
  const { port, host, token, allowedHost: allowedHosts, readOnly } = options;
  const deployment = await loadDeployment(context, options);
  const client = pageClient(context, deployment);
  const ui = await servePage({ terminal, client, options }, { port, host, token, allowedHosts, readOnly });
  terminal.out(options.json ? toJsonText({ url: ui.url, link: ui.link }) : `Page at ${ui.link}`);
  terminal.err(
    ui.link === ui.url ? 'Ctrl-C stops.' : 'Whoever has this link may see the page. Ctrl-C stops.',
  );
  await serveUntil(interrupted, { context, deployment, client, ui });
};
