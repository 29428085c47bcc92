import type { z } from 'zod';
import { guess, isTidemarkError, shown, TidemarkError } from '../errors';
import { isRecord } from '../value';
import { isSecret } from './secret';
import { keysAt, kindFor, shownFor } from './zod-shape';

/** `pipelines[0].schedule.cron` */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, step) =>
      typeof step === 'number'
        ? `${text}[${step}]`
        : text === ''
          ? shown(String(step))
          : `${text}.${shown(String(step))}`,
    '',
  );

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<PropertyKey, unknown>)[step]
        : undefined,
    input,
  );
}

/** The issues of a value that fits no kind of a union: those of the kind that it was meant to be, if that can be told. */
function issuesOf(issue: z.core.$ZodIssue, input: unknown): readonly z.core.$ZodIssue[] {
  const value = valueAt(input, issue.path);
  if (issue.code !== 'invalid_union' || !isRecord(value)) return [issue];
  const meant = kindFor(issue.errors);
  return meant === undefined ? [issue] : meant.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

/** The most problems that are told at once. */
const MOST = 10;

const firstOf = <T>(list: readonly T[]): readonly T[] => list.slice(0, MOST);

const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function lineOf(schema: z.ZodType, issue: z.core.$ZodIssue, input: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return firstOf(issue.keys)
      .map((key) => {
        const there = known.length === 0 ? '' : ` There ${known.length === 1 ? 'is' : 'are'} ${list(known)}.`;
        const hint = guess(key, known) || there;
        return `"${pathText([...issue.path, key])}" is not a setting; check its spelling.${hint}`;
      })
      .join('\n');
  }
  const value = valueAt(input, issue.path);
  const at = pathText(issue.path) || 'the config';
  if (value === undefined) return `"${at}" is missing: ${issue.message}.`;
  // a hidden key's value never gets into a message
  const hidden = isSecret(value) || issue.path.includes('apiKey') || issue.path.includes('headers');
  return `"${at}" is "${hidden ? '[secret]' : shownFor(issue, value)}": ${issue.message.replace(/\.$/, '')}.`;
}

/** All that zod found wrong, one line each: the path, the value in quotes, what is accepted. */
export function configInvalid(schema: z.ZodType, error: z.ZodError, input: unknown): TidemarkError {
  const issues = error.issues.flatMap((issue) => issuesOf(issue, input));
  const more = issues.length > MOST ? [`… and ${issues.length - MOST} more.`] : [];
  const lines = firstOf(issues).map((issue) => lineOf(schema, issue, input));
  return new TidemarkError('CONFIG_INVALID', [...lines, ...more].join('\n'), {
    details: { paths: firstOf(issues).map((issue) => pathText(issue.path)) },
  });
}

/** One problem at one path. */
export function problemAt(path: readonly PropertyKey[], message: string): TidemarkError {
  return new TidemarkError('CONFIG_INVALID', `"${pathText(path)}": ${message}`, {
    details: { paths: [pathText(path)] },
  });
}

/** Runs a check whose own error keeps its code and gets the path before its message; any other becomes CONFIG_INVALID. */
export function checkedAt<T>(path: readonly PropertyKey[], check: () => T): T {
  try {
    return check();
  } catch (error) {
    const details = { paths: [pathText(path)] };
    if (!isTidemarkError(error))
      throw new TidemarkError('CONFIG_INVALID', `"${pathText(path)}" threw "${shown(error)}".`, {
        details,
        cause: error,
      });
    throw new TidemarkError(error.code, `"${pathText(path)}": ${error.message}`, {
      details: { ...error.details, ...details },
      cause: error,
    });
  }
}
