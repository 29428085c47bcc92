import { environmentVariables } from '../../src/config';
import { openTemporal, type TemporalAccess } from '../../src/temporal';
import { temporaryFolder } from './temporary-folder';

const SETTINGS = {
  address: undefined,
  namespace: undefined,
  taskQueue: 'tidemark',
  apiKey: undefined,
  tls: undefined,
  profile: undefined,
} as const;

/** The environment without what would lead to somebody's real server. */
export function testEnvironment(): Readonly<Record<string, string | undefined>> {
  const entries = Object.entries(environmentVariables()).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return Object.fromEntries([...entries, ['TEMPORAL_CONFIG_FILE', '/nonexistent/temporal.toml']]);
}

/** The real server of a project, by the settings of a config that has none. */
export const openTestServer = (projectDir: string): Promise<TemporalAccess> =>
  openTemporal({ temporal: SETTINGS, env: testEnvironment(), projectDir });

/** A real server of its own for one test file, its data in a temporary folder. */
export async function startTestServer(): Promise<TemporalAccess & { readonly projectDir: string }> {
  const { folder, remove } = await temporaryFolder();
  const access = await openTestServer(folder);
  return {
    ...access,
    projectDir: folder,
    async close() {
      await access.close();
      await remove();
    },
  };
}
