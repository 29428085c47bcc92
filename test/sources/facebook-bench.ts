import { type FacebookEmulator, startFacebookEmulator } from '../../examples/facebook-emulator';
import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { facebook } from '../../src/sources/facebook';
import { freshPlace, type Place, temporaryFolder } from '../pipeline/harness';
import { silent } from '../silent-log';

export type Config = NonNullable<Parameters<typeof facebook>[0]>;
type LoadOptions = Partial<Parameters<typeof loadResources>[1]>;

/** The emulator of one test, and loads from it. */
export interface FacebookBench {
  readonly emulator: FacebookEmulator;
  start(...options: Parameters<typeof startFacebookEmulator>): Promise<FacebookEmulator>;
  place(): Place;
  source(config?: Config): ReturnType<typeof facebook>;
  /** A load as a worker makes it, at a moment. */
  load(place: Place, loaded: Source, now: string, options?: LoadOptions): ReturnType<typeof loadIt>;
  /** The same, which must succeed. */
  loaded(place: Place, loaded: Source, now: string, options?: LoadOptions): ReturnType<typeof loadIt>;
}

async function loadIt(place: Place, loaded: Source, now: string, options: LoadOptions = {}) {
  await using target = place.pipeline({ name: 'facebook_insights' });
  const { info } = await loadResources(target, {
    source: loaded,
    log: silent,
    ...options,
    range: { mode: 'incremental', now, ...options.range },
  });
  return info;
}

export function facebookBench(): FacebookBench {
  const folder = temporaryFolder();
  let emulator: FacebookEmulator;
  afterEach(() => emulator.close());
  return {
    get emulator() {
      return emulator;
    },
    async start(options) {
      emulator = await startFacebookEmulator(options);
      return emulator;
    },
    place: () => freshPlace(folder),
    source: (config = {}) =>
      facebook({
        baseUrl: emulator.url,
        accountId: emulator.accountId,
        accessToken: emulator.accessToken,
        startDate: '2024-01-01',
        ...config,
        insights: { pollSeconds: 0.001, ...config.insights },
      }),
    load: loadIt,
    async loaded(...parameters) {
      const info = await loadIt(...parameters);
      expect(info.resources.map(({ status, error }) => error?.message ?? status)).toEqual(
        info.resources.map(() => 'loaded'),
      );
      return info;
    },
  };
}
