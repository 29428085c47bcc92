export {
  anyText,
  anything,
  type Check,
  callable,
  either,
  flag,
  hidden,
  listOf,
  numberFrom,
  oneOf,
  readBy,
  record,
  recordOf,
  satisfying,
  text,
  wholeNumber,
} from './check';
export { type ChecksOf, checkArgument, checkOptions, object } from './check-options';
