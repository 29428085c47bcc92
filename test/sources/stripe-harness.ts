import { type StripeEmulator, type StripeRow, startStripeEmulator } from '../../examples/stripe-emulator';
import type { LoadInfo, RunOptions } from '../../src';
import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { stripe } from '../../src/sources/stripe';
import { freshPlace, type Place, temporaryFolder } from '../pipeline/harness';

const folder = temporaryFolder();

/** Of the test that runs. */
export let emulator: StripeEmulator;
afterEach(() => emulator.close());

export const start = async (options: Parameters<typeof startStripeEmulator>[0] = {}): Promise<Place> => {
  emulator = await startStripeEmulator({
    from: '2024-06-01T00:00:00Z',
    now: '2024-06-20T00:00:00Z',
    size: 20,
    everyHours: 12,
    ...options,
  });
  return freshPlace(folder);
};

export const source = (config: Parameters<typeof stripe>[0] = {}) =>
  stripe({ ...emulator.credentials, baseUrl: emulator.url, ...config });

export interface Told {
  readonly level: string;
  readonly message: string;
}

type Options = Pick<RunOptions, 'interval'> & { readonly told?: Told[] };

/** A run without the limit of 20 requests a second. */
export async function run(
  place: Place,
  from: unknown,
  { told = [], interval }: Options = {},
): Promise<LoadInfo> {
  const at = (level: string) => (message: string) => void told.push({ level, message });
  await using p = place.pipeline();
  const { info, causes } = await loadResources(p, {
    range: { interval },
    source: from as Source,
    http: { rateLimit: { requests: 10_000, per: '1s' } },
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
  });
  if (causes.length > 0) throw causes[0];
  return info;
}

export const ids = (rows: readonly StripeRow[]): string[] => rows.map(({ id }) => id).sort();
export const loaded = (place: Place, table: string): Promise<unknown[]> =>
  place.values(`SELECT id FROM data.${table} ORDER BY id`);
export const day = (number: number): string => `2024-06-${String(number).padStart(2, '0')}T00:00:00Z`;
export const days = (from: number, to: number): { start: string; end: string } => ({
  start: day(from),
  end: day(to),
});
export const queries = (path: string): Record<string, string>[] =>
  emulator.requests.filter((request) => request.path === path).map(({ query }) => Object.fromEntries(query));
