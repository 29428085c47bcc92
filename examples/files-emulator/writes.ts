import { createHash } from 'node:crypto';

export interface StoredObject {
  readonly body: Uint8Array;
  readonly modified: Date;
  readonly etag: string;
}

/** What a write asks for; S3 knows `*` and no other value of `If-None-Match`. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** Status and code of a write that isn't done; undefined for one that is. */
type Refused = readonly [status: number, code: string] | undefined;

export const stored = (body: Uint8Array, modified = new Date()): StoredObject => ({
  body,
  modified,
  etag: `"${createHash('md5').update(body).digest('hex')}"`,
});

export function writeObject(
  objects: Map<string, StoredObject>,
  key: string,
  body: Uint8Array,
  conditions: Conditions,
): Refused {
  const refused = refusedBy(conditions, objects.get(key));
  if (refused === undefined) objects.set(key, stored(body));
  return refused;
}

export function removeObject(
  objects: Map<string, StoredObject>,
  key: string,
  conditions: Conditions,
): Refused {
  const refused = refusedBy(conditions, objects.get(key));
  if (refused === undefined) objects.delete(key);
  return refused;
}

function refusedBy({ ifMatch, ifNoneMatch }: Conditions, there: StoredObject | undefined): Refused {
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') return [501, 'NotImplemented'];
  if (ifNoneMatch === '*' && there !== undefined) return [412, 'PreconditionFailed'];
  if (ifMatch === undefined) return undefined;
  if (there === undefined) return [404, 'NoSuchKey'];
  return ifMatch === '*' || ifMatch === there.etag ? undefined : [412, 'PreconditionFailed'];
}
