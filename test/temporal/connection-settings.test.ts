import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { resolveConfig, type TemporalConfig } from '../../src/config';
import { connect, connectionSettings } from '../../src/temporal';
import { fakePipeline, fakeSource } from './fake-engine';
import { temporaryFolder } from './temporary-folder';

let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  place = await temporaryFolder();
});
afterAll(() => place.remove());

function settings(temporal: TemporalConfig, env: Readonly<Record<string, string>> = {}) {
  const config = resolveConfig({
    temporal,
    pipelines: [{ pipeline: fakePipeline('p'), source: () => fakeSource('s', ['r']) }],
  });
  const noFile = { TEMPORAL_CONFIG_FILE: path.join(place.folder, 'absent.toml') };
  return connectionSettings({
    temporal: config.temporal,
    env: { ...noFile, ...env },
    projectDir: place.folder,
  });
}

describe('where Temporal is', () => {
  test('nothing said means the embedded server', () => {
    expect(settings({})).toBeUndefined();
    expect(settings({}, { TEMPORAL_ADDRESS: '' })).toBeUndefined();
  });

  test("the SDK's environment variables are read", () => {
    const env = { TEMPORAL_ADDRESS: 'example.com:7233', TEMPORAL_NAMESPACE: 'ns', TEMPORAL_API_KEY: 'key' };
    expect(settings({}, env)).toMatchObject({
      address: 'example.com:7233',
      namespace: 'ns',
      apiKey: 'key',
      tls: true,
    });
  });

  test("a profile of the SDK's file is read", () => {
    const file = path.join(place.folder, 'temporal.toml');
    writeFileSync(file, '[profile.prod]\naddress = "prod:7233"\nnamespace = "live"\n');
    const env = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' };
    expect(settings({}, env)).toMatchObject({ address: 'prod:7233', namespace: 'live' });
    expect(settings({ profile: 'prod' }, { TEMPORAL_CONFIG_FILE: file })).toMatchObject({
      address: 'prod:7233',
    });
    expect(() => settings({ profile: 'absent' }, { TEMPORAL_CONFIG_FILE: file })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  test('what the config says beats the environment', () => {
    const found = settings(
      { address: 'code:7233', tls: false },
      { TEMPORAL_ADDRESS: 'env:7233', TEMPORAL_NAMESPACE: 'ns' },
    );
    expect(found).toMatchObject({ address: 'code:7233', namespace: 'ns', tls: false });
  });

  test('certificates are read from files of the project', () => {
    writeFileSync(path.join(place.folder, 'ca.pem'), 'certificate');
    expect(settings({ address: 'a:1', tls: { serverName: 'a', serverRootCaFile: 'ca.pem' } })?.tls).toEqual({
      serverNameOverride: 'a',
      serverRootCACertificate: new Uint8Array(Buffer.from('certificate')),
    });
    expect(() => settings({ address: 'a:1', tls: { serverRootCaFile: 'absent.pem' } })).toThrow(
      /absent\.pem/,
    );
  });

  test('a server that is not there is an error that names it', async () => {
    await expect(connect({ address: '127.0.0.1:1', namespace: 'default' })).rejects.toMatchObject({
      code: 'TEMPORAL_UNAVAILABLE',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });
});
