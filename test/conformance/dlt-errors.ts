import type { ErrorCode } from '../../src/errors';

/** dlt's class names, as the cases of incremental and scheduler have them, by tidemark's codes. */
const DLT_ERRORS: Partial<Record<ErrorCode, string>> = {
  CURSOR_PATH_MISSING: 'IncrementalCursorPathMissing',
  CURSOR_VALUE_NULL: 'IncrementalCursorPathHasValueNone',
  CURSOR_COERCION: 'IncrementalCursorInvalidCoercion',
  PRIMARY_KEY_MISSING: 'IncrementalPrimaryKeyMissing',
  INCREMENTAL_INVALID: 'ConfigurationValueError',
  CURSOR_LAG: 'ParserError',
  CONFIG_INVALID: 'ValueError',
};

/** The class name for a code; the code itself where dlt has none. */
export function dltErrorName(code: ErrorCode): string {
  return DLT_ERRORS[code] ?? code;
}
