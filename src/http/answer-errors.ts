import { STATUS_CODES } from 'node:http';
import { redact } from '../config';
import { TidemarkError } from '../errors';
import { parseJsonExactly } from './exact-json';
import { JsonLimitError } from './json-limits';
import type { HttpAuth } from './options';
import { isRetryableStatus } from './retry';
import { type Answer, redactedUrl } from './send';

const SHOWN = 200;

const beginning = (text: string): string => {
  const line = redact(text).replace(/\s+/g, ' ').trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
};

/** The sentence that quotes an answer, with the space before it; empty for an answer without a body. */
const itSays = ({ text }: Answer): string => {
  const said = beginning(text);
  return said === '' ? '' : ` It says: "${said}"`;
};

/** What was asked and how it was answered: `GET https://… was answered with 404 Not Found`. */
const described = ({ method, status, url }: Answer): string => {
  const phrase = STATUS_CODES[status];
  return `${method} ${redactedUrl(url)} was answered with ${status}${phrase === undefined ? '' : ` ${phrase}`}`;
};

/** The error of an answer that isn't 2xx. */
export function statusError(answer: Answer, auth: HttpAuth | undefined): TidemarkError {
  const { status } = answer;
  const body = itSays(answer);
  const details = { status, url: redactedUrl(answer.url) };
  if (status === 401 || status === 403) {
    const keys = auth?.secrets.map(({ key, place }) => `"${key}" (from ${place})`).join(' and ') ?? '';
    const cure =
      auth === undefined
        ? 'The source sends no credentials: give it "http.auth".'
        : `Check ${keys === '' ? `the ${auth.kind} credentials` : `the secret ${keys}`}${auth.kind === 'basic' ? ' and the user it belongs to' : ''}.`;
    return new TidemarkError('HTTP_UNAUTHORIZED', `${described(answer)}. ${cure}${body}`, {
      details: { ...details, secrets: auth?.secrets.map(({ key }) => key) ?? [] },
    });
  }
  if (status === 429) return limitedError(answer);
  return new TidemarkError('HTTP_STATUS', `${described(answer)}.${body}`, {
    details,
    retryable: isRetryableStatus(status),
  });
}

/** The error of an answer that says that too much was asked, and not for how long to wait. */
export function limitedError(answer: Answer): TidemarkError {
  const { status, url } = answer;
  return new TidemarkError(
    status === 503 ? 'HTTP_STATUS' : 'HTTP_RATE_LIMITED',
    `${described(answer)}.${itSays(answer)}`,
    { details: { status, url: redactedUrl(url) }, retryable: true },
  );
}

/** The error of an answer that asks for a longer wait than a load may take. */
export function longWaitError(answer: Answer, waitMs: number): TidemarkError {
  return new TidemarkError(
    'HTTP_RATE_LIMITED',
    `${described(answer)} and asks to wait for ${Math.round(waitMs / 1000)} s, which is longer than "http.maxWait" allows.`,
    { details: { status: answer.status, url: redactedUrl(answer.url) }, retryAfterMs: waitMs },
  );
}

/** The error of a request that would have to wait longer for a limit, known from an earlier answer, than a load may. */
export function pausedError(about: string, waitMs: number): TidemarkError {
  return new TidemarkError(
    'HTTP_RATE_LIMITED',
    `${about} would have to wait for ${Math.round(waitMs / 1000)} s until the API's rate limit allows it, which is longer than "http.maxWait" allows.`,
    { retryAfterMs: waitMs },
  );
}

/** The error of an answer that a response action takes for a failure that won't pass; of one that is none by its status, too. */
export function actionError(answer: Answer, auth: HttpAuth | undefined): TidemarkError {
  const isGood = answer.status >= 200 && answer.status < 300;
  const { code, message, details } = isGood
    ? checkError(answer, 'HTTP_STATUS', '"responseActions"')
    : statusError(answer, auth);
  return new TidemarkError(code, message, { details, retryable: false });
}

/** The error of an answer that the source's `check` found to be a failure that may pass. */
export function checkError(
  answer: Answer,
  code: 'HTTP_STATUS' | 'HTTP_RATE_LIMITED' = 'HTTP_STATUS',
  by = 'the source\'s "http.check"',
): TidemarkError {
  return new TidemarkError(
    code,
    `${described(answer)}, which ${by} takes for a ${code === 'HTTP_STATUS' ? 'failure' : 'rate limit'}.${itSays(answer)}`,
    { details: { status: answer.status, url: redactedUrl(answer.url) }, retryable: true },
  );
}

const adding = (failure: TidemarkError, sentence: string): TidemarkError =>
  new TidemarkError(failure.code, `${failure.message} ${sentence}`, {
    cause: failure,
    details: failure.details,
    retryable: failure.retryable,
  });

/** The failure of a request that was tried often enough. */
export const exhaustedError = (failure: TidemarkError, retries: number): TidemarkError =>
  retries === 0 ? failure : adding(failure, `It was tried ${retries + 1} times.`);

/** The failure of a request that isn't sent again since that might do something twice. */
export const unrepeatedError = (failure: TidemarkError): TidemarkError =>
  adding(
    failure,
    'It was not sent again, since the server may have acted on it; if that does no harm, set "idempotent: true".',
  );

const emptyBody = ({ status }: Answer): string =>
  `The body is empty.${status === 200 ? '' : ` If that means no rows, say so: "accept: [${status}]", or "emptyOn: [${status}]" in a restSource.`}`;

/**
 * Refuses an answer whose text isn't what was sent.
 *
 * @throws HTTP_UNEXPECTED_BODY naming the charset and the option
 */
export function checkDecoded(answer: Answer): void {
  const { undecoded, headers, url } = answer;
  if (undecoded === undefined) return;
  const type = headers['content-type'] ?? 'none';
  throw new TidemarkError(
    'HTTP_UNEXPECTED_BODY',
    `${described(answer)} and content type "${type}", and the body ${undecoded}. If the API sends another charset than it says, name it: "http: { charset: 'iso-8859-1' }". It begins: "${beginning(answer.text)}"`,
    { details: { contentType: type, url: redactedUrl(url) } },
  );
}

/**
 * The value of a 2xx answer's body.
 *
 * @throws HTTP_NOT_JSON with status, content type and how the body begins; HTTP_UNEXPECTED_BODY where it can't be
 * decoded, or is nested too deep, or has a number that is too long
 */
export function jsonBody(answer: Answer): unknown {
  checkDecoded(answer);
  try {
    return parseJsonExactly(answer.text, answer.longDigits);
  } catch (error) {
    if (error instanceof JsonLimitError)
      throw new TidemarkError(
        'HTTP_UNEXPECTED_BODY',
        `${described(answer)}, and its JSON ${error.problem}.`,
        { details: { url: redactedUrl(answer.url) } },
      );
    const type = answer.headers['content-type'] ?? 'none';
    const begins = answer.text === '' ? emptyBody(answer) : `It begins: "${beginning(answer.text)}"`;
    throw new TidemarkError(
      'HTTP_NOT_JSON',
      `${described(answer)} and content type "${type}", which is not JSON. ${begins}`,
      { cause: error, details: { status: answer.status, contentType: type, url: redactedUrl(answer.url) } },
    );
  }
}

/** The value of a body, undefined where it isn't JSON. */
export function jsonOf({ text, longDigits }: Pick<Answer, 'text' | 'longDigits'>): unknown {
  try {
    return parseJsonExactly(text, longDigits);
  } catch {
    return undefined;
  }
}
