import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { zendesk } from '../../src/sources/zendesk';
import { startZendeskEmulator, type ZendeskEmulator } from '../emulators/zendesk';
import type { Place } from '../pipeline/harness';
import { silent } from '../silent-log';
import { eachPageDue } from './each-page-due';

export type Config = NonNullable<Parameters<typeof zendesk>[0]>;

/** Of the test that runs. */
export let emulator: ZendeskEmulator;
afterEach(() => emulator.close());

export const start = async (options: Parameters<typeof startZendeskEmulator>[0] = {}): Promise<void> => {
  emulator = await startZendeskEmulator(options);
};

export const source = (config: Config = {}) =>
  zendesk({ baseUrl: emulator.url, credentials: emulator.credentials, ...config });

export const ids = (rows: readonly { readonly id?: unknown }[]): unknown[] => rows.map(({ id }) => id);

/** A load that fails at its second page, and the same again; with the links asked for up to the failure, and after it. */
export async function failThenGoOn(place: Place, loaded: Source) {
  const onProgress = eachPageDue();
  const attempt = async () => {
    await using target = place.pipeline();
    const { info } = await loadResources(target, {
      source: loaded,
      loadKey: 'key',
      range: { mode: 'incremental' },
      log: silent,
      onProgress,
    });
    return info.resources[0]!;
  };
  try {
    emulator.setFaults({ missingFieldEvery: 2 });
    const first = await attempt();
    emulator.setFaults({});
    const asked = emulator.log.length;
    const second = await attempt();
    return { first, second, before: emulator.log.slice(0, asked), after: emulator.log.slice(asked) };
  } finally {
    jest.restoreAllMocks();
  }
}
