import { inspect } from 'node:util';
import { z } from 'zod';
import { duckdb, pipeline, resource } from '../../src';
import { namedDestination } from '../../src/cli/session/destination';
import { resolveConfig, resolveSourceConfig } from '../../src/config';
import { shownAddress } from '../../src/errors';
import { redactedUrl } from '../../src/http/send';
import { connectionSettings as postgresSettings } from '../../src/postgres-client';
import { connectionSettings as temporalSettings } from '../../src/temporal';
import { makeClient } from '../http/make-client';
import { fakeSource } from '../temporal/fake-engine';

const shop = pipeline({ name: 'shop', destination: duckdb() });
const entry = { pipeline: shop, source: () => fakeSource('s', ['r']) };
const temporalAt = (given: string, env: Readonly<Record<string, string>>) =>
  temporalSettings({
    temporal: resolveConfig({ temporal: given === '' ? {} : { address: given }, pipelines: [entry] })
      .temporal,
    env: { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml', ...env },
    projectDir: '/nowhere',
  });

/** What is done with an address that is no good where it is given; each throws. */
const PLACES: Readonly<Record<string, (address: string) => unknown>> = {
  'http.baseUrl': (baseUrl) => makeClient({ baseUrl: `${baseUrl}:port` }),
  'a path without a baseUrl': (path) => makeClient({}).http.get(`${path}:port`),
  'http.trustedOrigins': (one) => makeClient({ trustedOrigins: [`${one}:port`] }),
  'http.allowHosts': (one) => makeClient({ allowHosts: [one] }),
  'temporal.address': (address) => temporalAt(address, {}),
  TEMPORAL_ADDRESS: (address) => temporalAt('', { TEMPORAL_ADDRESS: address }),
  'a webhook': (url) =>
    resolveConfig({ pipelines: [{ ...entry, hooks: { onFailure: { url: `${url}:port` } } }] }),
  "a source's config": (given) =>
    resolveSourceConfig({
      schema: z.object({ site: z.url() }),
      given: { site: `${given}:port` },
      owner: { section: 's', name: 's' },
      providers: [],
    }),
  'a parameter': (site) =>
    resource({ name: 'pages', params: z.object({ site: z.url() }), extract: () => [] }).bind({
      site: `${site}:port`,
    }),
  'the host of a Postgres connection': (host) => postgresSettings({ host, user: 'me' }),
  'the destination of a copy': (text) => namedDestination(text, '/nowhere'),
};

describe('an address that is refused', () => {
  const cases = Object.keys(PLACES).flatMap((place) =>
    ['https://me:hidden-word@example.com', '//me:p@ss/hidden-word@example.com'].map((address) => [
      place,
      address,
    ]),
  );

  test.each(cases)('as %s does not show its credentials: %s', async (place, address) => {
    const error: unknown = await (async () => PLACES[place]!(address))().catch((one: unknown) => one);
    expect(error).toMatchObject({ name: 'TidemarkError', retryable: false });
    expect(JSON.stringify([error, String(error), inspect(error)])).not.toMatch(/hidden-word|p@ss/);
  });

  test('is shown where it has none', () => {
    expect(() => makeClient({ trustedOrigins: ['example.com'] })).toThrow(
      '"example.com" in "http.trustedOrigins"',
    );
    expect(() => makeClient({ baseUrl: 'example.com' })).toThrow('"example.com/" is not a valid address');
    expect(shownAddress('minio:9000')).toBe('minio:9000');
  });
});

test.each([
  ['https://me:hidden-word@example.com/a?b=c@d', 'https://example.com/a?b=c@d'],
  ['https://me:p@ss@example.com/users/@me', 'https://example.com/users/@me'],
  ['https://example.com/users/@me', 'https://example.com/users/@me'],
])('the address %s of a request is shown as %s', (url, text) => {
  expect(redactedUrl(url)).toBe(text);
});
