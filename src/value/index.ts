export { type CanonicalJsonOptions, canonicalJson, compareCodePoints, isDateTime } from './canonical-json';
export { contentId, keyHash, sha3, shake128 } from './hash';
export { isRecord, type WithoutUndefined, withoutUndefined } from './record';
export { Decimal, PlainDate, PlainTime, Timestamp } from './values';
