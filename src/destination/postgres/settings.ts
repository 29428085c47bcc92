import { type ConfigProvider, lookUpAt, Secret } from '../../config';
import { TidemarkError } from '../../errors';
import { type ConnectionConfig, type ConnectionSettings, connectionSettings } from '../../postgres-client';
import { withoutUndefined } from '../../value';

const NAMES = {
  url: 'connectionString',
  parts: '"host", "user", "password" and "database"',
  sslRootCert: 'sslRootCert',
};

/** dlt's names of the parts of credentials. */
const PARTS = ['host', 'port', 'database', 'username', 'password'] as const;

/**
 * What code gave, else what is found under dlt's names: `DESTINATION__POSTGRES__CREDENTIALS` as a URL, or its parts
 * (`…__CREDENTIALS__HOST`), the pipeline's own (`<PIPELINE>__DESTINATION__…`) first.
 *
 * @throws CONFIG_INVALID, SECRET_MISSING
 */
export function settingsOf(
  given: ConnectionConfig,
  pipeline: string,
  providers: readonly ConfigProvider[],
): ConnectionSettings {
  if (given.url !== undefined || given.host !== undefined) return connectionSettings(given, NAMES);
  const found = findUrl(pipeline, providers) ?? findParts(pipeline, providers);
  if (found === undefined)
    throw new TidemarkError(
      'SECRET_MISSING',
      `The destination "postgres" of the pipeline "${pipeline}" has no connection. Give "connectionString" or "host", or set DESTINATION__POSTGRES__CREDENTIALS to postgresql://USER:PASSWORD@HOST:PORT/DATABASE (in the environment, .env, or credentials of [destination.postgres] in .dlt/secrets.toml).`,
      { details: { pipeline } },
    );
  const { url, ...rest } = given;
  return connectionSettings({ ...found, ...withoutUndefined(rest) }, NAMES);
}

/** Where credentials are looked for, narrow to wide. */
const placesOf = (pipeline: string): readonly (readonly string[])[] => [
  [pipeline, 'destination', 'postgres', 'credentials'],
  ['destination', 'postgres', 'credentials'],
  ['destination', 'credentials'],
  ['credentials'],
];

function findUrl(pipeline: string, providers: readonly ConfigProvider[]): ConnectionConfig | undefined {
  const { found } = lookUpAt(providers, placesOf(pipeline), (value) => typeof value === 'string');
  if (found === undefined) return undefined;
  return { url: new Secret(String(found.value), { key: 'connectionString', place: found.place }) };
}

function findParts(pipeline: string, providers: readonly ConfigProvider[]): ConnectionConfig | undefined {
  const [host, port, database, user, password] = PARTS.map((name) => {
    const paths = placesOf(pipeline).map((at) => [...at, name]);
    return lookUpAt(providers, paths).found?.value;
  });
  if (host === undefined) return undefined;
  return {
    host: String(host),
    port: port === undefined ? undefined : Number(port),
    database: textOf(database),
    user: textOf(user),
    password: password === undefined ? undefined : new Secret(String(password), { key: 'password' }),
  };
}

const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
