export { type CanonicalJsonOptions, canonicalJson, compareCodePoints, isDateTime } from './canonical-json';
export { contentId, keyHash, sha3, shake128 } from './hash';
export { Decimal, PlainDate, PlainTime, Timestamp } from './values';
