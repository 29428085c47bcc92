import type { Deployment, TidemarkClient } from '../../operate';
import type { TemporalAccess } from '../../temporal';
import type { Ui } from '../../ui';
import { printError } from '../output/error';
import { pageClient, servePage } from '../page/serve-page';
import type { CliContext, GlobalOptions } from '../session/command';

/** Which page `tidemark dev` serves. */
export interface DevPageOptions {
  /** False with `--no-ui`. */
  readonly ui: boolean;
  readonly uiPort?: number | undefined;
}

/** The page of `tidemark dev`: one for all configs and servers that come after each other. */
export class DevPage implements AsyncDisposable {
  readonly #context: CliContext;
  readonly #options: DevPageOptions & GlobalOptions;
  #ui: Promise<Ui | undefined> | undefined;

  constructor(context: CliContext, options: DevPageOptions & GlobalOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Serves what this deployment has from now on; prints the address the first time. @throws USAGE for a port that was asked for and is taken */
  async show(deployment: Deployment, access: TemporalAccess): Promise<void> {
    if (!this.#options.ui) return;
    const client = pageClient(this.#context, deployment, access);
    if (this.#ui === undefined) this.#ui = this.#start(client);
    else (await this.#ui)?.use(client);
    await this.#ui;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#ui?.catch(() => undefined))?.close();
  }

  async #start(client: TidemarkClient): Promise<Ui | undefined> {
    const { terminal } = this.#context;
    const { uiPort, verbose } = this.#options;
    try {
      const ui = await servePage({ terminal, client, options: this.#options }, { port: uiPort });
      terminal.err(`Page at ${ui.link}`);
      return ui;
    } catch (error) {
      if (uiPort !== undefined) throw error;
      // what it is started for is the work; the page is beside it
      printError(terminal, error, { verbose, json: false });
      return undefined;
    }
  }
}
