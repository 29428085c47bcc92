export { anySignal } from './any-signal';
export { canonicalJson, compareCodePoints, isDateTime } from './canonical-json';
export { DATA_TYPES, type DataType } from './data-type';
export { contentId, keyHash, sha3, shake128 } from './hash';
export { floorDivide, safeInteger } from './integers';
export {
  isPlainObject,
  isRecord,
  ownField,
  putField,
  type WithoutUndefined,
  withoutUndefined,
} from './record';
export { MOST_LEVELS, tooDeepAt } from './row-depth';
export { quoteIdentifier } from './sql-identifier';
export { isThere } from './validity';
export { Decimal, PlainDate, PlainTime, Timestamp } from './values';
