import { Client, Connection } from '@temporalio/client';
import { redact } from '../config';
import { TidemarkError } from '../errors';
import { connectionSettings, type SettingsSource } from './connection-settings';
import { startServer } from './embedded';
import { ensureSearchAttributes } from './search-attributes';
import type { ConnectOptions, EmbeddedServer, TemporalAccess } from './types';

const CONNECT_WITHIN_MS = 10_000;
const GRPC_NOT_FOUND = 5;

interface OpenTemporalOptions extends SettingsSource {
  /** Called with a line for each thing that takes long. */
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

function unavailable(options: ConnectOptions, error: unknown): TidemarkError {
  const reason = redact(error instanceof Error ? error.message : String(error));
  return new TidemarkError(
    'TEMPORAL_UNAVAILABLE',
    `Temporal at "${options.address}" cannot be reached: ${reason}. Check the address (TEMPORAL_ADDRESS, temporal.address, or the ` +
      "SDK's profile), its API key and TLS; or unset it, and an embedded server is started.",
    { cause: error, details: { address: options.address, namespace: options.namespace } },
  );
}

/**
 * Connects to the server, and makes sure that its namespace exists.
 *
 * @throws TidemarkError TEMPORAL_UNAVAILABLE naming address or namespace
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { namespace, ...connectionOptions } = options;
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...connectionOptions, connectTimeout: CONNECT_WITHIN_MS });
  } catch (error) {
    throw unavailable(options, error);
  }
  try {
    await connection.withDeadline(Date.now() + CONNECT_WITHIN_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    // some accounts may use a namespace and not describe it: only its absence is certain
    if ((error as { code?: unknown }).code === GRPC_NOT_FOUND) {
      await connection.close();
      throw new TidemarkError(
        'TEMPORAL_UNAVAILABLE',
        `Temporal at "${options.address}" has no namespace "${namespace}". Create it, or name another with TEMPORAL_NAMESPACE or temporal.namespace.`,
        { cause: error, details: { address: options.address, namespace } },
      );
    }
  }
  return connection;
}

/**
 * Opens the way to Temporal: the server that the config or the environment names, else the project's embedded
 * development server, which is started (its CLI fetched if need be) or joined if it runs.
 *
 * @throws TidemarkError TEMPORAL_UNAVAILABLE, TEMPORAL_NOT_INSTALLED, SERVER_START_FAILED, CONFIG_INVALID
 */
export async function openTemporal(options: OpenTemporalOptions): Promise<TemporalAccess> {
  const settings = connectionSettings(options);
  const embedded: EmbeddedServer | undefined =
    settings === undefined ? await startServer(options) : undefined;
  const connectOptions = settings ?? {
    address: embedded?.address ?? '',
    namespace: embedded?.namespace ?? '',
  };
  try {
    const connection = await connect(connectOptions);
    const { address, namespace } = connectOptions;
    const indexed = await ensureSearchAttributes(connection, namespace);
    return {
      connection,
      client: new Client({ connection, namespace }),
      address,
      namespace,
      connectOptions,
      indexed,
      uiUrl: embedded?.uiUrl,
      embedded,
      async close() {
        await connection.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
