import { environmentVariables } from '../config';
import { openTemporal, type TemporalAccess } from '../temporal';
import type { CliContext } from './context';
import type { LoadedDeployment } from './deployment';

/**
 * Opens the way to Temporal for as long as `use` takes: the configured server, else the project's embedded one, which is
 * started or joined.
 * @throws TEMPORAL_UNAVAILABLE, TEMPORAL_NOT_INSTALLED, SERVER_START_FAILED, and what `use` throws
 */
export async function withTemporal<T>(
  { terminal, interrupted }: Pick<CliContext, 'terminal' | 'interrupted'>,
  { config, directory }: LoadedDeployment,
  use: (access: TemporalAccess) => Promise<T>,
): Promise<T> {
  const access = await openTemporal({
    temporal: config.temporal,
    env: environmentVariables({ directory }),
    projectDir: directory,
    onProgress: (line) => terminal.err(line),
    signal: interrupted,
  });
  try {
    return await use(access);
  } finally {
    await access.close();
  }
}

/** Where Temporal is, for a person: `Temporal at 127.0.0.1:7233 (this project's own), UI http://…`. */
export function describeAccess(access: TemporalAccess): string {
  const own = access.embedded
    ? " (this project's own development server)"
    : ` (namespace ${access.namespace})`;
  return `Temporal at ${access.address}${own}${access.uiUrl ? `, UI ${access.uiUrl}` : ''}`;
}
