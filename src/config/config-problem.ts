import type { z } from 'zod';
import { isTidemarkError, TidemarkError } from '../errors';
import { isSecret } from './secret';

/** `pipelines[0].schedule.cron` */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
    '',
  );

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined,
    input,
  );
}

function shown(value: unknown): string {
  if (isSecret(value)) return '[secret]';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return value instanceof Date ? value.toISOString() : JSON.stringify(value).slice(0, 80);
}

function lineOf(issue: z.core.$ZodIssue, input: unknown): string {
  if (issue.code === 'unrecognized_keys')
    return issue.keys
      .map((key) => `"${pathText([...issue.path, key])}" is not a setting; check its spelling.`)
      .join('\n');
  const value = valueAt(input, issue.path);
  const at = pathText(issue.path) || 'the config';
  if (value === undefined) return `"${at}" is missing: ${issue.message}.`;
  // a hidden key's value never gets into a message
  const quoted = issue.path.includes('apiKey') ? '[secret]' : shown(value);
  return `"${at}" is "${quoted}": ${issue.message.replace(/\.$/, '')}.`;
}

/** All that zod found wrong, one line each: the path, the value in quotes, what is accepted. */
export function configInvalid(error: z.ZodError, input: unknown): TidemarkError {
  return new TidemarkError('CONFIG_INVALID', error.issues.map((issue) => lineOf(issue, input)).join('\n'), {
    details: { paths: error.issues.map((issue) => pathText(issue.path)) },
  });
}

/** One problem at one path. */
export function problemAt(path: readonly PropertyKey[], message: string): TidemarkError {
  return new TidemarkError('CONFIG_INVALID', `"${pathText(path)}": ${message}`, {
    details: { paths: [pathText(path)] },
  });
}

/** Runs a check whose own error keeps its code and gets the path before its message. */
export function checkedAt<T>(path: readonly PropertyKey[], check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!isTidemarkError(error)) throw error;
    throw new TidemarkError(error.code, `"${pathText(path)}": ${error.message}`, {
      details: { ...error.details, paths: [pathText(path)] },
      cause: error,
    });
  }
}
