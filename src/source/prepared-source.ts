import type { ConfigProvider } from '../config';
import type { HttpOptions } from '../http';
import type { SchemaContractHint } from './hints';
import type { ResourceDefinition } from './types';

/** What `prepare` may be given; every value has a default. */
export interface PrepareOptions {
  /** Where config and secrets are looked up. @default the environment, `.env`, `.dlt/secrets.toml`, `.dlt/config.toml` */
  readonly providers?: readonly ConfigProvider[];
  /** HTTP settings of the deployment, over those of the source. */
  readonly http?: Pick<HttpOptions, 'rateLimit' | 'concurrency'>;
}

/** A source whose config and secrets are there: what extraction works with. */
export interface PreparedSource {
  readonly name: string;
  readonly section: string;
  readonly rootKey: boolean;
  readonly maxTableNesting: number | undefined;
  readonly schemaContract: SchemaContractHint | undefined;
  /** All resources, selected or not, in the order of the source. */
  readonly resources: readonly ResourceDefinition[];
  /** Names of those that a run loads. */
  readonly selected: readonly string[];
  readonly http: HttpOptions;
}
