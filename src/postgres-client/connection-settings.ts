import { readFileSync } from 'node:fs';
import { registerSecretValue, type Secret } from '../config';
import { TidemarkError } from '../errors';

export const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** How a server is reached, as the config has it. */
export interface ConnectionConfig {
  readonly url?: Secret | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly sslMode?: SslMode | undefined;
  readonly sslRootCert?: string | undefined;
}

/** How a server is reached. Never shown as a whole: it has the password. */
export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly sslMode: SslMode;
  /** The certificate of the authority that signed the server's. */
  readonly ca: string | undefined;
}

const DEFAULT_PORT = 5432;
const LAST_PORT = 65_535;

/** What its users call a setting: what an error tells to give. */
export interface SettingNames {
  /** `connection.url`. */
  readonly url: string;
  /** `"connection.host", "user", "password" and "database"`. */
  readonly parts: string;
  /** `connection.sslRootCert`. */
  readonly sslRootCert: string;
}

const OF_A_SOURCE: SettingNames = {
  url: 'connection.url',
  parts: '"connection.host", "user", "password" and "database"',
  sslRootCert: 'connection.sslRootCert',
};

type Invalid = (problem: string) => TidemarkError;

const invalidFor =
  ({ url, parts }: SettingNames): Invalid =>
  (problem) =>
    new TidemarkError(
      'CONFIG_INVALID',
      `The Postgres connection ${problem}. Give "${url}" as postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require, or ${parts}.`,
    );

/**
 * The settings of a connection: those of the URL, and over them those that are given one by one.
 *
 * @throws CONFIG_INVALID, with nothing of the URL in it
 */
export function connectionSettings(
  config: ConnectionConfig,
  names: SettingNames = OF_A_SOURCE,
): ConnectionSettings {
  const invalid = invalidFor(names);
  const url = config.url === undefined ? undefined : parseUrl(config.url.reveal(), invalid);
  const host = config.host ?? url?.host;
  const user = config.user ?? url?.user;
  if (host === undefined || host === '') throw invalid('has no host');
  // a URL in its place: errors and names of datasets show a host
  if (host.includes('@')) throw invalid('has a host with an "@" in it, as only a URL has it');
  if (user === undefined || user === '') throw invalid('has no user');
  const port = config.port ?? url?.port ?? DEFAULT_PORT;
  if (!Number.isInteger(port) || port < 1 || port > LAST_PORT)
    throw invalid(`has the port "${port}", which is not a whole number from 1 to ${LAST_PORT}`);
  const rootCert = config.sslRootCert ?? url?.sslRootCert;
  return {
    host,
    user,
    port,
    database: config.database ?? url?.database ?? user,
    password: config.password?.reveal() ?? url?.password,
    sslMode: config.sslMode ?? url?.sslMode ?? 'prefer',
    ca: rootCert === undefined ? undefined : readCertificate(rootCert, names),
  };
}

/** What a URL says of a connection; undefined where it says nothing. */
type UrlParts = {
  readonly [K in Exclude<keyof ConnectionConfig, 'url' | 'password'>]: ConnectionConfig[K];
} & {
  readonly password: string | undefined;
};

function parseUrl(text: string, invalid: Invalid): UrlParts {
  const valid = <T>(work: () => T): T => {
    try {
      return work();
    } catch {
      throw invalid('has a URL that is not valid (a password with special letters must be percent-encoded)');
    }
  };
  const decoded = (part: string): string => valid(() => decodeURIComponent(part));
  const url = valid(() => new URL(text));
  if (!['postgres:', 'postgresql:'].includes(url.protocol)) throw invalid(`has a URL of "${url.protocol}//"`);
  const password = decoded(url.password);
  // the URL as a whole is a secret already; messages of the server could quote its parts
  if (password !== '') registerSecretValue(password);
  const mode = url.searchParams.get('sslmode');
  const sslMode = SSL_MODES.find((one) => one === (mode === 'allow' ? 'prefer' : mode));
  if (mode !== null && sslMode === undefined)
    throw invalid(`has the sslmode "${mode}"; accepted are ${SSL_MODES.join(', ')}`);
  const rootCert = url.searchParams.get('sslrootcert');
  const database = decoded(url.pathname.slice(1));
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    user: decoded(url.username),
    port: url.port === '' ? undefined : Number(url.port),
    password: password || undefined,
    database: database || undefined,
    sslMode,
    sslRootCert: rootCert ?? undefined,
  };
}

function readCertificate(file: string, { sslRootCert }: SettingNames): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TidemarkError(
      'CONFIG_INVALID',
      `The certificate "${file}" of the Postgres connection cannot be read. Check "${sslRootCert}".`,
      {
        cause,
      },
    );
  }
}
