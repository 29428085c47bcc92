import { styleFor } from '../../src/cli/output/style';
import type { Terminal } from '../../src/cli/output/terminal';
import { environmentVariables, type ResolvedConfig } from '../../src/config';
import { connectionSettings, findCli, openTemporal, type TemporalAccess } from '../../src/temporal';
import { cacheDir } from '../../src/temporal/embedded';

/** Opens the way to Temporal, as the command line does in this checkout, and says where the server came from. */
export async function openServer(options: {
  readonly terminal: Terminal;
  readonly config: ResolvedConfig;
  readonly signal: AbortSignal;
}): Promise<TemporalAccess> {
  const { terminal, config, signal } = options;
  const style = styleFor(terminal.colour);
  const env = environmentVariables();
  const settings = { temporal: config.temporal, env, projectDir: process.cwd(), signal };
  let fetched = false;
  const onProgress = (line: string): void => {
    fetched = true;
    terminal.err(style.dim(line));
  };
  let origin = 'the configured server';
  if (connectionSettings(settings) === undefined) {
    const cli = await findCli({ env, signal, onProgress });
    const cached = cli.startsWith(cacheDir(env));
    origin = `${cli} (${fetched ? 'fetched just now' : cached ? 'from the cache' : 'on PATH'})`;
  }
  const access = await openTemporal({ ...settings, onProgress: (line) => terminal.err(style.dim(line)) });
  const joined = access.embedded?.owned === false ? ', running already' : '';
  terminal.err(`${style.bold('Temporal')}  ${origin}, at ${access.address}${joined}`);
  if (access.uiUrl !== undefined) terminal.err(`${style.bold('UI')}        ${access.uiUrl}`);
  return access;
}
