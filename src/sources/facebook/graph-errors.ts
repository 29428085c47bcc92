import { redact } from '../../config';
import { TidemarkError } from '../../errors';
import type { CheckedAnswer, CheckVerdict } from '../../http';
import { isRecord } from '../../value';

/** What an answer of the Graph API says went wrong. */
interface GraphError {
  readonly code: number;
  readonly subcode: number | undefined;
  readonly message: string;
  readonly transient: boolean;
}

/** Limits of app, user, page, ad account and business use case; they come with status 400 or 403. */
const isRateLimit = (code: number): boolean =>
  [4, 17, 32, 613].includes(code) || (code >= 80000 && code <= 80014);
/** An unknown or a passing failure, and a report that isn't readable yet. */
const PASSING = [1, 2, 2601];
/** No session, a token that is invalid or expired, a wrong proof; a permission that is missing. */
const isRefusal = (code: number): boolean =>
  [10, 102, 104, 190].includes(code) || (code >= 200 && code <= 299);
/** The wait for a limit whose answer has no time: the shortest that limits last. */
const DEFAULT_LIMIT_WAIT_MS = 60_000;

export const TOO_MUCH_DATA = 'too-much-data';
const TOO_MUCH_SUBCODE = 1487534;

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function graphErrorOf(body: unknown): GraphError | undefined {
  const error = isRecord(body) ? body['error'] : undefined;
  if (!isRecord(error)) return undefined;
  const said = [error['error_user_msg'], error['message']].find((text) => typeof text === 'string');
  return {
    code: numberOf(error['code']) ?? 0,
    subcode: numberOf(error['error_subcode']),
    message: String(said ?? ''),
    transient: error['is_transient'] === true,
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * When access comes back, in milliseconds, by the usage headers: minutes for business use cases, of which the
 * longest counts, seconds for the ad account. Undefined where they don't.
 */
function regainMs(headers: CheckedAnswer['headers']): number | undefined {
  const useCases = parsed(headers['x-business-use-case-usage']);
  const minutes = isRecord(useCases)
    ? Object.values(useCases)
        .flat()
        .map((usage) => (isRecord(usage) ? (numberOf(usage['estimated_time_to_regain_access']) ?? 0) : 0))
    : [];
  const account = parsed(headers['x-ad-account-usage']);
  const seconds = isRecord(account) ? (numberOf(account['reset_time_duration']) ?? 0) : 0;
  const ms = Math.max(0, ...minutes.map((one) => one * 60_000), seconds * 1000);
  return ms > 0 ? ms : undefined;
}

function cureOf({ code, subcode, message }: GraphError): string | undefined {
  if (/appsecret_proof/.test(message))
    return 'Give the secret "appSecret" of the app that the token belongs to.';
  if (code === 190)
    return subcode === 463
      ? 'The access token has expired: make a new one, best of a system user, which does not expire.'
      : 'The access token is not valid (any more): check the secret "accessToken".';
  if (/leads_retrieval/.test(message))
    return 'Leads need a token with the permission "leads_retrieval", of someone who may see the leads of the page.';
  if (isRefusal(code))
    return 'The token may not read this ad account: give it the permission "ads_read" and the account to its user.';
  if (code === 2635) return 'Set "graphVersion" to a version that is still served.';
  if (code === 3018) return 'The API has no more than the last 37 months: set "startDate" later.';
  return undefined;
}

/**
 * Distinguishes rate limits, which the Graph API answers with status 400, from failures that may pass and others.
 *
 * Source: developers.facebook.com, "Marketing API Rate Limiting", "Graph API Rate Limits", "Handle errors".
 */
export function checkGraph(answer: CheckedAnswer): CheckVerdict {
  const error = graphErrorOf(answer.body);
  if (error === undefined) return undefined;
  const { code, subcode } = error;
  if (isRateLimit(code)) {
    const wait = regainMs(answer.headers);
    return wait === undefined ? { wait: DEFAULT_LIMIT_WAIT_MS, counted: true } : { wait };
  }
  const tooMuch = subcode === TOO_MUCH_SUBCODE || /reduce the amount of data/i.test(error.message);
  if (!tooMuch && (PASSING.includes(code) || error.transient)) return 'retry';
  const message = redact(error.message);
  return new TidemarkError(
    isRefusal(code) || /appsecret_proof/.test(error.message) ? 'HTTP_UNAUTHORIZED' : 'HTTP_STATUS',
    `The Graph API refuses ${answer.method} ${new URL(answer.url).pathname} with the error ${code}${subcode === undefined ? '' : `/${subcode}`}: "${message}". ${cureOf(error) ?? ''}`.trim(),
    {
      details: {
        status: answer.status,
        graphCode: code,
        graphSubcode: subcode,
        reason: tooMuch ? TOO_MUCH_DATA : undefined,
      },
      retryable: false,
    },
  );
}
