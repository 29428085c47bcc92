import { shown, TidemarkError } from '../errors';
import {
  type Check,
  callable,
  either,
  firstProblem,
  listOf,
  object,
  oneOf,
  text,
  wholeNumber,
} from '../options';
import type { CheckedAnswer } from './options';

const ACTIONS = ['ignore', 'raise', 'retry'] as const;

/**
 * What to do about an answer. `ignore`: it has no rows, and ends its chain of pages. `raise`: the request fails, and isn't sent
 * again. `retry`: a failure that may pass, sent again as after a 503; a rate limit is waited out as always.
 */
export type ResponseAction = (typeof ACTIONS)[number];

/** An action for the answers that have a status and a content; at least one of the two is named. */
export interface ResponseRule {
  /** The answer's status, or one of them. @default any */
  readonly status?: number | readonly number[];
  /** A text that is part of the answer's body; case counts. @default any */
  readonly content?: string;
  readonly action: ResponseAction;
}

/** Rules and functions in order: the first that says something counts. A function gives undefined for "not mine". */
export type ResponseActions = readonly (
  | ResponseRule
  | ((answer: CheckedAnswer) => ResponseAction | undefined)
)[];

const status = wholeNumber(100, 599);
const ruleFields = object<ResponseRule>(
  { status: either(status, listOf(status)), content: text, action: oneOf(...ACTIONS) },
  { required: ['action'] },
);

const rule: Check = {
  ...ruleFields,
  problem: (value, at) =>
    firstProblem([
      () => ruleFields.problem(value, at),
      () => {
        const { status, content } = value as ResponseRule;
        return status === undefined && content === undefined
          ? `"${at}" names neither a "status" nor a "content", so it would be about every answer; name one.`
          : undefined;
      },
    ]),
};

/** What `responseActions` may be. */
export const responseActions: Check = listOf(either(callable, rule));

function applies({ status, content }: ResponseRule, answer: CheckedAnswer): boolean {
  if (status !== undefined && ![status].flat().includes(answer.status)) return false;
  return content === undefined || answer.text.includes(content);
}

/**
 * The action for an answer; undefined where none of the rules is about it.
 *
 * @throws RESOURCE_INVALID where a function gives something else than an action
 */
export function responseActionFor(
  actions: ResponseActions | undefined,
  answer: CheckedAnswer,
): ResponseAction | undefined {
  for (const one of actions ?? []) {
    if (typeof one !== 'function') {
      if (applies(one, answer)) return one.action;
      continue;
    }
    const said: unknown = one(answer);
    if (said === undefined) continue;
    const action = ACTIONS.find((known) => known === said);
    if (action !== undefined) return action;
    throw new TidemarkError(
      'RESOURCE_INVALID',
      `A function of "responseActions" returned "${shown(said)}"; return "${ACTIONS.join('", "')}" or undefined, and no promise.`,
    );
  }
  return undefined;
}
