import { bigquery } from '../../../src';
import { Secret } from '../../../src/config';
import { placeFor, settingsOf } from '../../../src/destination/bigquery/settings';
import { redact } from '../../../src/redaction';

const NOTHING = {
  projectId: undefined,
  location: undefined,
  credentials: undefined,
  maximumBytesBilled: undefined,
  retryDeadlineMs: 60_000,
  apiEndpoint: undefined,
};

/** A provider of what the environment would have, by dlt's names. */
const providing = (values: Readonly<Record<string, string>>) => ({
  get: (at: readonly string[]) => values[at.join('__').toUpperCase()],
  describe: (at: readonly string[]) => `environment variable ${at.join('__').toUpperCase()}`,
});

const KEY = {
  type: 'service_account',
  project_id: 'acme',
  client_email: 'l@acme',
  private_key: '-----BEGIN\nabcdefgh\n',
};

describe('settings of BigQuery', () => {
  test('the key of an account, its project and the location are found under dlt’s names', () => {
    const found = settingsOf(NOTHING, 'zendesk', [
      providing({
        DESTINATION__BIGQUERY__CREDENTIALS: JSON.stringify(KEY),
        DESTINATION__BIGQUERY__LOCATION: 'EU',
      }),
    ]);
    expect(found).toMatchObject({
      credentials: KEY,
      location: 'EU',
      projectId: 'acme',
      apiEndpoint: 'https://bigquery.googleapis.com',
    });
  });

  test('a key in parts has its line breaks written as \\n', () => {
    const { credentials, projectId } = settingsOf(NOTHING, 'zendesk', [
      providing({
        DESTINATION__BIGQUERY__CREDENTIALS__PROJECT_ID: 'acme',
        DESTINATION__BIGQUERY__CREDENTIALS__CLIENT_EMAIL: 'l@acme',
        DESTINATION__BIGQUERY__CREDENTIALS__PRIVATE_KEY: '-----BEGIN\\nabcdefgh\\n',
      }),
    ]);
    expect(credentials).toEqual(KEY);
    expect(projectId).toBe('acme');
  });

  test('what code gives comes before the config, a pipeline’s own before that of all', () => {
    const providers = [
      providing({
        ZENDESK__DESTINATION__BIGQUERY__LOCATION: 'europe-west3',
        DESTINATION__BIGQUERY__LOCATION: 'EU',
        DESTINATION__BIGQUERY__PROJECT_ID: 'configured',
      }),
    ];
    expect(settingsOf({ ...NOTHING, projectId: 'given' }, 'zendesk', providers)).toMatchObject({
      projectId: 'given',
      location: 'europe-west3',
    });
    expect(settingsOf(NOTHING, 'other', providers)).toMatchObject({
      projectId: 'configured',
      location: 'EU',
    });
  });

  test('the address of the API may come from the config, too, and code comes before it', () => {
    const providers = [providing({ DESTINATION__BIGQUERY__API_ENDPOINT: 'http://127.0.0.1:9050/' })];
    expect(settingsOf(NOTHING, 'p', providers).apiEndpoint).toBe('http://127.0.0.1:9050');
    const given = { ...NOTHING, apiEndpoint: 'http://127.0.0.1:1' };
    expect(settingsOf(given, 'p', providers).apiEndpoint).toBe('http://127.0.0.1:1');
    const wrong = [providing({ DESTINATION__BIGQUERY__API_ENDPOINT: 'localhost:9050' })];
    expect(() => settingsOf(NOTHING, 'p', wrong)).toThrow(/"localhost:9050" is not an address/);
  });

  test('a key that is none is refused without a word of it', () => {
    const wrong = (): unknown =>
      settingsOf({ ...NOTHING, credentials: new Secret('not-a-key-but-secret') }, 'zendesk', []);
    expect(wrong).toThrow(/are not the JSON of a key\. Give "credentials" the text of the file/);
    expect(wrong).not.toThrow(/not-a-key/);
  });

  test('the private key of an account is never shown', () => {
    settingsOf(
      { ...NOTHING, credentials: new Secret(JSON.stringify({ ...KEY, private_key: 'hush-hush-key' })) },
      'p',
      [],
    );
    expect(redact('the key is hush-hush-key')).not.toContain('hush-hush-key');
  });

  test('an endpoint without encryption gets no token', async () => {
    const settings = settingsOf({ ...NOTHING, projectId: 'p', apiEndpoint: 'http://127.0.0.1:9/' }, 'p', []);
    expect(await placeFor(settings)).toMatchObject({ auth: undefined, endpoint: 'http://127.0.0.1:9' });
  });

  test('without a project it is said how one is given', async () => {
    const settings = settingsOf({ ...NOTHING, apiEndpoint: 'http://127.0.0.1:9' }, 'p', []);
    await expect(placeFor(settings)).rejects.toThrow(
      /Give "projectId", or set DESTINATION__BIGQUERY__PROJECT_ID/,
    );
  });

  test.each([
    [{ project: 'p' }, /"project".*projectId/s],
    [{ maximumBytesBilled: 0 }, /maximumBytesBilled/],
    [{ location: 5 }, /location/],
    [{ apiEndpoint: 'localhost:9050' }, /"localhost:9050".*an address/],
  ])('%p is refused', (options, message) => {
    expect(() => bigquery(options as never)).toThrow(message);
  });

  test('a name that Google takes for no dataset is refused before anything is asked', async () => {
    const destination = bigquery({ projectId: 'p', datasetPrefix: 'my-', apiEndpoint: 'http://127.0.0.1:9' });
    await expect(destination.open({ pipeline: 'p', dataset: 'd', workDir: '.' })).rejects.toThrow(
      /"my-d" is no name of a BigQuery dataset/,
    );
  });
});
