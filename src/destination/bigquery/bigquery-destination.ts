import { environmentProviders, isSecret, Secret } from '../../config';
import { TidemarkError } from '../../errors';
import { checkInstalled } from '../../optional-package';
import { checkOptions, hidden, object, satisfying, text, wholeNumber } from '../../options';
import { sqlDestination } from '../sql';
import type { Destination } from '../types';
import { bigqueryDriver } from './driver';
import { describePlace } from './place';
import { type GivenSettings, isAddress, placeFor, type ResolvedSettings, settingsOf } from './settings';

/** Options of {@link bigquery}. What is left out is looked for in the config under dlt's names. */
export interface BigQueryOptions {
  /** The project that jobs run in and datasets are in. @default the config's, else that of the credentials */
  readonly projectId?: string;
  /** Where datasets are made: `EU`, `US`, `europe-west3`. @default the config's, else where the dataset is, else `US` */
  readonly location?: string;
  /** The JSON text of a key of a service account. @default the config's, else the application default credentials */
  readonly credentials?: string | Secret;
  /** Put before the name of each dataset. @default '' */
  readonly datasetPrefix?: string;
  /** The most bytes that one query may bill; one that would bill more fails before it runs. @default no limit of ours */
  readonly maximumBytesBilled?: number;
  /** Seconds for which a request is repeated that Google asks to repeat. @default 60 */
  readonly retryDeadline?: number;
  /** Another address of the API: of an emulator, or of a private endpoint. One with `http:` gets no token. @default Google's */
  readonly apiEndpoint?: string;
}

const secretText = hidden('a text or a secret', (value) => typeof value === 'string' || isSecret(value));

const endpoint = satisfying(
  'an address, such as https://bigquery.googleapis.com',
  (value) => typeof value === 'string' && isAddress(value),
);

const checks = object<BigQueryOptions>({
  projectId: text,
  location: text,
  credentials: secretText,
  datasetPrefix: text,
  maximumBytesBilled: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  retryDeadline: wholeNumber(1, 3600),
  apiEndpoint: endpoint,
});

const RETRY_DEADLINE_S = 60;

/** Google's rule of names of datasets. */
const DATASET = /^\w{1,1024}$/;

/**
 * BigQuery as destination; the pipeline's dataset is one in a project. Any number of workers on any number of hosts may load into one
 * dataset: of commits that meet, one is done and the others start over. What a load writes is one transaction.
 *
 * Not proven on the real service: the tests run against emulators (docs/bigquery.md).
 *
 * @throws CONFIG_INVALID for an option that doesn't exist or isn't valid, and where `@google-cloud/bigquery` isn't installed
 * @example pipeline({ name: 'zendesk', destination: bigquery({ projectId: 'acme-data', location: 'EU' }) })
 */
export function bigquery(options: BigQueryOptions = {}): Destination {
  checkOptions('bigquery', options, checks);
  checkInstalled('BigQuery');
  const given = givenOf(options);
  const settings = (pipeline: string): ResolvedSettings =>
    settingsOf(given, pipeline, environmentProviders());
  return sqlDestination({
    kind: 'bigquery',
    destinationType: 'dlt.destinations.bigquery',
    billsReading: true,
    describe: (pipeline) => {
      const { projectId = 'the project of the credentials' } = settings(pipeline);
      return describePlace({ projectId });
    },
    async open({ pipeline, home = pipeline, dataset, workDir, signal }) {
      const name = datasetName(`${options.datasetPrefix ?? ''}${dataset}`);
      const place = await placeFor(settings(home));
      return bigqueryDriver({ place, dataset: name, pipeline, workDir, signal });
    },
  });
}

function givenOf(options: BigQueryOptions): GivenSettings {
  const { credentials, retryDeadline = RETRY_DEADLINE_S } = options;
  return {
    projectId: options.projectId,
    location: options.location,
    credentials:
      typeof credentials === 'string' ? new Secret(credentials, { key: 'credentials' }) : credentials,
    maximumBytesBilled: options.maximumBytesBilled,
    retryDeadlineMs: retryDeadline * 1000,
    apiEndpoint: options.apiEndpoint,
  };
}

function datasetName(name: string): string {
  if (DATASET.test(name)) return name;
  throw new TidemarkError(
    'CONFIG_INVALID',
    `"${name}" is no name of a BigQuery dataset: letters, digits and underscores, 1024 at the most. Change "datasetPrefix" or the dataset's name.`,
  );
}
