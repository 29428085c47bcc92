import { fileURLToPath } from 'node:url';
import { shownAddress, TidemarkError } from '../../errors';
import { checkedEndpoint, type S3Settings, s3Location } from '../../s3-client';
import { localStore } from './local-store';
import { s3Store } from './s3-store';
import type { FileStore } from './types';

/**
 * The store at a location: a folder, `file://…`, or `s3://BUCKET/PREFIX`. Nothing is asked of it yet.
 *
 * @throws CONFIG_INVALID
 */
export function openStore(location: string, s3: S3Settings): FileStore {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined) return localStore(location);
  if (scheme === 'file') return localStore(fileURLToPath(location));
  const place = s3Location(location);
  if (place === undefined || place.bucket.includes('@')) {
    const shown = shownAddress(location);
    throw new TidemarkError(
      'CONFIG_INVALID',
      `The location "${shown}" is neither a folder nor "s3://BUCKET/PREFIX". A store that speaks S3's protocol is "s3://…" with "s3.endpoint" set; its keys are "s3.accessKeyId" and "s3.secretAccessKey".`,
      { details: { location: shown } },
    );
  }
  if ((s3.accessKeyId === undefined) !== (s3.secretAccessKey === undefined))
    throw new TidemarkError(
      'CONFIG_INVALID',
      'Of "s3.accessKeyId" and "s3.secretAccessKey" one is set and the other isn’t. Set both, or neither to have AWS’s own tools look for them.',
    );
  if (s3.endpoint !== undefined) checkedEndpoint(s3.endpoint, 's3.endpoint');
  return s3Store(place.bucket, place.prefix, s3);
}
