import type { ConnectionOptions } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import { loadPackage } from '../optional-package';
import type { ConnectionSettings } from './connection-settings';

const CONNECT_MS = 15_000;

/** A server that vanished without a word is asked for after so long; most systems would wait for two hours. */
const KEEP_ALIVE_MS = 30_000;

/**
 * A connection to a server, encrypted as the settings ask. If it breaks between two statements, the next one fails.
 *
 * @throws what the driver throws: refused users, unreachable hosts, certificates
 */
export async function connectToPostgres(settings: ConnectionSettings): Promise<Client> {
  const { sslMode } = settings;
  try {
    return await connectOnce(settings, sslMode !== 'disable');
  } catch (error) {
    // what libpq calls prefer: encrypted if the server can
    if (sslMode !== 'prefer' || !/does not support SSL/i.test(String(error))) throw error;
    return connectOnce(settings, false);
  }
}

async function connectOnce(settings: ConnectionSettings, encrypted: boolean): Promise<Client> {
  const { host, port, database, user, password } = settings;
  const config: ClientConfig = {
    host,
    port,
    database,
    user,
    // the driver would look for one in the environment of the process and in the home folder
    password: password ?? '',
    ssl: encrypted ? tlsOf(settings) : false,
    application_name: 'tidemark',
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    connectionTimeoutMillis: CONNECT_MS,
  };
  const driver = loadPackage<typeof import('pg')>('Postgres', 'pg');
  const client = new driver.Client(config);
  client.on('error', () => {});
  await client.connect();
  return client;
}

function tlsOf({ sslMode, ca }: ConnectionSettings): ConnectionOptions {
  const authority = ca === undefined ? {} : { ca };
  if (sslMode === 'verify-full') return { ...authority, rejectUnauthorized: true };
  // as libpq has it: whoever gives an authority and asks for encryption means that authority
  if (sslMode === 'verify-ca' || (sslMode === 'require' && ca !== undefined))
    return { ...authority, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  return { ...authority, rejectUnauthorized: false };
}
