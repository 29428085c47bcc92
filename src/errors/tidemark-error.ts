import { plainText, redact, redactData } from '../redaction';
import type { ErrorCode } from './codes';
import { ERROR_CODES } from './codes';
import { shortMessage } from './shown';

const BRAND = Symbol.for('tidemark.error');

/** What an error carries beyond its message. Details reach logs and Temporal's history. */
interface TidemarkErrorOptions {
  readonly cause?: unknown;
  /** Small JSON that a program may act on: the value refused, the places looked at. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Overrides whether trying again can help; default: that of the code in `ERROR_CODES`. */
  readonly retryable?: boolean | undefined;
  /** For a rate limit: the earliest moment, in milliseconds from now, at which trying again makes sense. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The one error of tidemark. `code` is stable and part of the public API; the message says what was wrong, the value
 * in quotes, what is accepted and what to do. Secrets that are known are cut out of message, details and cause, and control
 * characters out of the message, so that it can be printed whole. `isTidemarkError` recognises it across two copies of the package.
 */
export class TidemarkError extends Error {
  override readonly name: string = 'TidemarkError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: TidemarkErrorOptions = {}) {
    super(
      shortMessage(plainText(redact(message))),
      options.cause === undefined ? undefined : { cause: redactData(options.cause) },
    );
    this.code = code;
    this.details = redactData(options.details ?? {});
    this.retryable = options.retryable ?? ERROR_CODES[code].retryable;
    this.retryAfterMs = options.retryAfterMs;
    Object.defineProperty(this, BRAND, { value: true, enumerable: false });
  }
}

/** Whether `error` is a {@link TidemarkError} of this or another copy of the package; with `code`, of that code. */
export function isTidemarkError(error: unknown, code?: ErrorCode): error is TidemarkError {
  return (
    typeof error === 'object' &&
    error !== null &&
    BRAND in error &&
    (code === undefined || (error as { code?: unknown }).code === code)
  );
}
