import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type ResolvedTemporal, revealSecret, type TlsConfig } from '../config';
import { TidemarkError } from '../errors';
import { withoutUndefined } from '../value';
import type { ConnectOptions, Environment, TlsSettings } from './types';

const DEFAULT_NAMESPACE = 'default';

export interface SettingsSource {
  /** The config's `temporal`. */
  readonly temporal: ResolvedTemporal;
  readonly env: Environment;
  /** Folder that certificate files in the config are relative to. */
  readonly projectDir: string;
}

function readCertificate(projectDir: string, file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path.resolve(projectDir, file)));
  } catch (error) {
    throw new TidemarkError(
      'CONFIG_INVALID',
      `The certificate file "${file}" of temporal.tls cannot be read: ${error instanceof Error ? error.message : error}.`,
      { cause: error },
    );
  }
}

function tlsOf(projectDir: string, tls: boolean | TlsConfig): TlsSettings | boolean {
  if (typeof tls === 'boolean') return tls;
  const { serverName, serverRootCaFile, clientCertFile, clientKeyFile } = tls;
  if ((clientCertFile === undefined) !== (clientKeyFile === undefined))
    throw new TidemarkError(
      'CONFIG_INVALID',
      'temporal.tls needs clientCertFile and clientKeyFile together; give both, or neither.',
    );
  const settings: TlsSettings = {};
  if (serverName !== undefined) settings.serverNameOverride = serverName;
  if (serverRootCaFile !== undefined)
    settings.serverRootCACertificate = readCertificate(projectDir, serverRootCaFile);
  if (clientCertFile !== undefined && clientKeyFile !== undefined)
    settings.clientCertPair = {
      crt: readCertificate(projectDir, clientCertFile),
      key: readCertificate(projectDir, clientKeyFile),
    };
  return settings;
}

/** What the SDK's environment variables and profile file say; empty variables count as unset. */
function fromSdk({ temporal, env }: SettingsSource): ReturnType<typeof loadClientConnectConfig> {
  const set = Object.entries(env).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  try {
    const overrideEnvVars = Object.fromEntries(set);
    const { profile } = temporal;
    return loadClientConnectConfig(
      profile === undefined ? { overrideEnvVars } : { overrideEnvVars, profile },
    );
  } catch (error) {
    throw new TidemarkError(
      'CONFIG_INVALID',
      `Temporal's environment variables or profile file cannot be used: ${error instanceof Error ? error.message : error}. ` +
        'Check TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and what they name.',
      { cause: error },
    );
  }
}

/**
 * Where Temporal is and how to get in: the config's `temporal`, else the SDK's environment variables (TEMPORAL_ADDRESS,
 * TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS…) and its profile file. Undefined if none of them gives an
 * address: then the embedded server is meant.
 *
 * @throws TidemarkError CONFIG_INVALID for an unknown profile or an unreadable file
 */
export function connectionSettings(source: SettingsSource): ConnectOptions | undefined {
  const { temporal, projectDir } = source;
  const sdk = fromSdk(source);
  const address = temporal.address ?? sdk.connectionOptions.address;
  if (address === undefined) return undefined;
  // an address is shown wherever Temporal is named
  if (address.includes('@'))
    throw new TidemarkError(
      'CONFIG_INVALID',
      'The address of Temporal has an "@" in it, as of credentials. Write HOST:PORT as TEMPORAL_ADDRESS, temporal.address or in the SDK\'s profile, and a key as TEMPORAL_API_KEY or temporal.apiKey.',
    );
  const apiKey = temporal.apiKey === undefined ? sdk.connectionOptions.apiKey : temporal.apiKey.reveal();
  if (apiKey !== undefined) revealSecret(apiKey);
  const { metadata } = sdk.connectionOptions;
  const tls =
    temporal.tls === undefined
      ? (sdk.connectionOptions.tls ?? (apiKey === undefined ? undefined : true))
      : tlsOf(projectDir, temporal.tls);
  return {
    address,
    namespace: temporal.namespace ?? sdk.namespace ?? DEFAULT_NAMESPACE,
    // the SDK's own options: what is not set must not be there
    ...withoutUndefined({
      apiKey,
      tls: tls ?? undefined,
      metadata: metadata as Record<string, string> | undefined,
    }),
  };
}
