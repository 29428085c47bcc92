export { connectToS3, S3_TRIES, type S3Connection, type S3Limits, type S3Settings } from './connect';
export { checkedEndpoint } from './endpoint';
export { type S3Failure, s3Failure, s3StatusOf } from './failure';
export { type S3Location, s3Location } from './location';
export { s3SettingsId, sharedS3Connection } from './shared-connection';
