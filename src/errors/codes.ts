/**
 * Every stable error code, and whether the same call may succeed later without anything being changed.
 * Retrying is decided here, and mapped to Temporal once (`activities/failures.ts`).
 */
export const ERROR_CODES = {
  // configuration and use
  CONFIG_INVALID: { retryable: false },
  CONFIG_NOT_FOUND: { retryable: false },
  CONFIG_MISSING: { retryable: false },
  SECRET_MISSING: { retryable: false },
  USAGE: { retryable: false },
  PIPELINE_UNKNOWN: { retryable: false },
  RESOURCE_UNKNOWN: { retryable: false },
  SOURCE_INVALID: { retryable: false },
  RESOURCE_INVALID: { retryable: false },
  RESOURCE_IS_GENERATOR: { retryable: false },
  PARAM_INVALID: { retryable: false },
  // time
  CRON_INVALID: { retryable: false },
  ZONE_INVALID: { retryable: false },
  INSTANT_INVALID: { retryable: false },
  DURATION_INVALID: { retryable: false },
  INTERVAL_INVALID: { retryable: false },
  // incremental
  INCREMENTAL_INVALID: { retryable: false },
  INCREMENTAL_UNBOUND: { retryable: false },
  CURSOR_PATH_INVALID: { retryable: false },
  CURSOR_PATH_MISSING: { retryable: false },
  CURSOR_VALUE_NULL: { retryable: false },
  CURSOR_COERCION: { retryable: false },
  CURSOR_LAG: { retryable: false },
  CURSOR_UNIT_MISMATCH: { retryable: false },
  PRIMARY_KEY_MISSING: { retryable: false },
  // schema and normalizing
  IDENTIFIER_INVALID: { retryable: false },
  SCHEMA_INVALID: { retryable: false },
  CONTRACT_VIOLATION: { retryable: false },
  COLUMN_UNBOUND: { retryable: false },
  NULL_IN_NOT_NULL: { retryable: false },
  PRIMARY_KEY_REQUIRED: { retryable: false },
  // extraction
  HTTP_STATUS: { retryable: true },
  HTTP_UNAUTHORIZED: { retryable: false },
  HTTP_NETWORK: { retryable: true },
  HTTP_TIMEOUT: { retryable: true },
  HTTP_RATE_LIMITED: { retryable: true },
  HTTP_NOT_JSON: { retryable: true },
  HTTP_UNEXPECTED_BODY: { retryable: false },
  HTTP_LINK_REFUSED: { retryable: false },
  EXTRACT_FAILED: { retryable: true },
  CANCELLED: { retryable: false },
  // destination
  DESTINATION_NOT_A_DATABASE: { retryable: false },
  DESTINATION_LOCKED: { retryable: true },
  DESTINATION_FAILED: { retryable: true },
  DESTINATION_REFUSED: { retryable: false },
  DATASET_MISMATCH: { retryable: false },
  QUERY_FAILED: { retryable: false },
  // commit
  CLOCK_SKEW: { retryable: false },
  INTERVAL_OVERLAP: { retryable: false },
  STATE_CHANGED: { retryable: true },
  GENERATION_CHANGED: { retryable: true },
  CLAIM_LOST: { retryable: false },
  REPLACE_REFUSED: { retryable: false },
  STATE_INVALID: { retryable: false },
  LOAD_FAILED: { retryable: false },
  // orchestration
  TEMPORAL_UNAVAILABLE: { retryable: true },
  TEMPORAL_NOT_INSTALLED: { retryable: false },
  SERVER_START_FAILED: { retryable: false },
  WORKER_LOST: { retryable: false },
  WORKER_STOPPED: { retryable: true },
  LOAD_TIMEOUT: { retryable: true },
  RUN_FAILED: { retryable: false },
  HOOK_FAILED: { retryable: false },
  INTERNAL: { retryable: false },
} as const satisfies Record<string, { retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;
