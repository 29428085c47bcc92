import { createHash } from 'node:crypto';
import { connectToS3, type S3Connection, type S3Limits, type S3Settings } from './connect';

/** Kept for the life of the process: a client without requests holds no connection for long. */
const shared = new Map<string, Promise<S3Connection>>();

/** The client that all have who reach a store in the same way: many of them need no more connections than one. */
export function sharedS3Connection(settings: S3Settings, limits: S3Limits = {}): Promise<S3Connection> {
  const key = `${s3SettingsId(settings)} ${limits.tries} ${limits.silenceMs}`;
  let connection = shared.get(key);
  if (connection === undefined) {
    connection = connectToS3(settings, limits);
    shared.set(key, connection);
  }
  return connection;
}

/** The same for the same settings; it tells nothing of them. */
export function s3SettingsId(settings: S3Settings): string {
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken, pathStyle } = settings;
  const values = [
    ...[endpoint, region, accessKeyId, secretAccessKey?.reveal(), sessionToken?.reveal()],
    pathStyle,
  ];
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}
