/** A bucket, and what the keys below a location begin with: nothing, or a text that ends in `/`. */
export interface S3Location {
  readonly bucket: string;
  readonly prefix: string;
}

/** What `s3://BUCKET/PREFIX` names; undefined for a text that isn't one. */
export function s3Location(text: string): S3Location | undefined {
  const found = /^s3:\/\/([^/]+)(?:\/(.*))?$/i.exec(text);
  if (found === null) return undefined;
  const prefix = (found[2] ?? '').replace(/\/+$/, '');
  return { bucket: found[1]!, prefix: prefix === '' ? '' : `${prefix}/` };
}
