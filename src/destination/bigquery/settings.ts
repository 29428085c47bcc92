import { type ConfigProvider, lookUpAt, registerSecretValue, type Secret } from '../../config';
import { shownAddress, TidemarkError } from '../../errors';
import { loadPackage } from '../../optional-package';
import { isRecord } from '../../value';
import type { BigQueryPlace } from './place';

/** How BigQuery is reached, as code gives it. */
export interface GivenSettings {
  readonly projectId: string | undefined;
  readonly location: string | undefined;
  readonly credentials: Secret | undefined;
  readonly maximumBytesBilled: number | bigint | undefined;
  readonly retryDeadlineMs: number;
  readonly apiEndpoint: string | undefined;
}

/** The same once everything has been looked for. */
export interface ResolvedSettings extends Omit<GivenSettings, 'credentials' | 'apiEndpoint'> {
  /** A key of a service account, or what else Google's tools write. @default those that Google's libraries find by themselves */
  readonly credentials: Readonly<Record<string, unknown>> | undefined;
  readonly apiEndpoint: string;
}

const API = 'https://bigquery.googleapis.com';

/** Whether a text is the address of an API. */
export const isAddress = (text: string): boolean => /^https?:\/\/[^/?#\s]+\/?$/.test(text);

/** dlt's names of the parts of a service account's key. */
const PARTS = ['project_id', 'private_key', 'client_email'] as const;

/**
 * What code gave, else what is found under dlt's names: `DESTINATION__BIGQUERY__CREDENTIALS` as the JSON of a key, or its parts
 * (`…__CREDENTIALS__PRIVATE_KEY`), `DESTINATION__BIGQUERY__LOCATION` and `…__PROJECT_ID`, the pipeline's own (`<PIPELINE>__…`) first.
 * `…__API_ENDPOINT` is tidemark's own name.
 *
 * @throws CONFIG_INVALID
 */
export function settingsOf(
  given: GivenSettings,
  pipeline: string,
  providers: readonly ConfigProvider[],
): ResolvedSettings {
  const { credentials, ...rest } = given;
  const found = (name: string): string | undefined => {
    const value = lookUpAt(
      providers,
      placesOf(pipeline).map((at) => [...at, name]),
    ).found?.value;
    return value === undefined ? undefined : String(value);
  };
  const key =
    credentials === undefined ? findKey(pipeline, providers) : keyOf(credentials.reveal(), credentials.place);
  return {
    ...rest,
    credentials: key,
    apiEndpoint: endpointOf(given.apiEndpoint ?? found('api_endpoint') ?? API),
    projectId: given.projectId ?? found('project_id') ?? textOf(key?.['project_id']),
    location: given.location ?? found('location'),
  };
}

function endpointOf(address: string): string {
  if (isAddress(address)) return address.replace(/\/$/, '');
  throw new TidemarkError(
    'CONFIG_INVALID',
    `The endpoint of BigQuery "${shownAddress(address)}" is not an address, such as ${API}. Correct DESTINATION__BIGQUERY__API_ENDPOINT, or leave it out for Google's.`,
  );
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const placesOf = (pipeline: string): readonly (readonly string[])[] => [
  [pipeline, 'destination', 'bigquery'],
  ['destination', 'bigquery'],
];

/** Where credentials are looked for, narrow to wide. */
const keyPlaces = (pipeline: string): readonly (readonly string[])[] => [
  ...placesOf(pipeline).map((at) => [...at, 'credentials']),
  ['destination', 'credentials'],
  ['credentials'],
];

function findKey(pipeline: string, providers: readonly ConfigProvider[]): ResolvedSettings['credentials'] {
  const places = keyPlaces(pipeline);
  const whole = lookUpAt(providers, places, (value) => typeof value === 'string').found;
  if (whole !== undefined) return keyOf(String(whole.value), whole.place);
  const [project_id, private_key, client_email] = PARTS.map((name) => {
    const value = lookUpAt(
      providers,
      places.map((at) => [...at, name]),
    ).found?.value;
    return value === undefined ? undefined : String(value);
  });
  if (private_key === undefined || client_email === undefined) return undefined;
  // TOML and the environment write a line break as dlt reads it
  const key = private_key.replaceAll('\\n', '\n');
  registerSecretValue(private_key);
  registerSecretValue(key);
  return { type: 'service_account', project_id, private_key: key, client_email };
}

function keyOf(text: string, place: string): Readonly<Record<string, unknown>> {
  registerSecretValue(text);
  const key = parsed(text);
  if (!isRecord(key) || (typeof key['type'] !== 'string' && typeof key['client_email'] !== 'string'))
    throw new TidemarkError(
      'CONFIG_INVALID',
      `The credentials of BigQuery (from ${place}) are not the JSON of a key. Give "credentials" the text of the file that Google's console gave for the service account, or leave it out and set GOOGLE_APPLICATION_CREDENTIALS to the path of that file.`,
    );
  for (const name of ['private_key', 'refresh_token', 'client_secret'])
    if (typeof key[name] === 'string' && key[name] !== '') registerSecretValue(key[name]);
  return key;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The project and what logs in to it. @throws TidemarkError CONFIG_MISSING where no project is known */
export async function placeFor(settings: ResolvedSettings): Promise<BigQueryPlace> {
  const { credentials, apiEndpoint, location, maximumBytesBilled, retryDeadlineMs } = settings;
  // without encryption it is an emulator: a token must not go there
  const auth = apiEndpoint.startsWith('https:') ? loginFor(credentials) : undefined;
  const projectId = settings.projectId ?? (await auth?.getProjectId().catch(() => undefined)) ?? undefined;
  if (projectId === undefined)
    throw new TidemarkError(
      'CONFIG_MISSING',
      'No project is known that BigQuery works in. Give "projectId", or set DESTINATION__BIGQUERY__PROJECT_ID, or log in by GOOGLE_APPLICATION_CREDENTIALS with a key that names its project.',
    );
  return {
    projectId,
    location,
    endpoint: apiEndpoint,
    auth,
    maximumBytesBilled: maximumBytesBilled === undefined ? undefined : String(maximumBytesBilled),
    retryDeadlineMs,
  };
}

function loginFor(credentials: ResolvedSettings['credentials']) {
  // half a second of modules that no other destination needs
  const { BigQuery } = loadPackage<typeof import('@google-cloud/bigquery')>(
    'BigQuery',
    '@google-cloud/bigquery',
  );
  return new BigQuery(credentials === undefined ? {} : { credentials }).authClient;
}
