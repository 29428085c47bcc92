/** What the fake answers in place of a result: Google's code, reason and message. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly reason: string,
    message: string,
    /** HTTP's. @default that of the reason */
    readonly code: number = CODES[reason] ?? 400,
  ) {
    super(message);
  }
}

/** Google's table of error reasons; what isn't listed is 400. */
const CODES: Readonly<Record<string, number>> = {
  accessDenied: 403,
  authError: 401,
  backendError: 503,
  billingNotEnabled: 403,
  blocked: 403,
  duplicate: 409,
  internalError: 500,
  jobRateLimitExceeded: 403,
  notFound: 404,
  notImplemented: 501,
  quotaExceeded: 403,
  rateLimitExceeded: 403,
  responseTooLarge: 403,
  stopped: 499,
};

const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
};

/** The body of Google's errors. */
export function errorBody({ code, reason, message }: ApiError): unknown {
  const status = STATUSES[code] ?? 'UNKNOWN';
  return { error: { code, message, errors: [{ message, domain: 'global', reason }], status } };
}

/** The error of a statement, as `invalidQuery`. @param at where it is in the text, as `[line:column]` */
export const invalidQuery = (message: string, at?: string): ApiError =>
  new ApiError('invalidQuery', at === undefined ? message : `${message} at ${at}`);
