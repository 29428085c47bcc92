/** The fields of a cron text, and what each takes. */
export type CronFieldName = 'second' | 'minute' | 'hour' | 'day of month' | 'month' | 'weekday' | 'year';

interface FieldRule {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  /** A name may be cut to this many letters. */
  readonly shortest: number;
}

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

const RULES: Readonly<Record<CronFieldName, FieldRule>> = {
  second: { min: 0, max: 59, names: [], shortest: 0 },
  minute: { min: 0, max: 59, names: [], shortest: 0 },
  hour: { min: 0, max: 23, names: [], shortest: 0 },
  'day of month': { min: 1, max: 31, names: [], shortest: 0 },
  month: { min: 1, max: 12, names: MONTHS, shortest: 3 },
  weekday: { min: 0, max: 7, names: WEEKDAYS, shortest: 2 },
  year: { min: 2000, max: 2100, names: [], shortest: 0 },
};

/** The values that a field accepts. */
export interface CronField {
  readonly text: string;
  /** 1 at the index of each accepted value. */
  readonly accepts: Uint8Array;
  /** Whether every value is accepted, so that the field restricts nothing. */
  readonly any: boolean;
}

/** What was wrong with a field, and what it takes. */
interface CronFieldProblem {
  readonly problem: string;
}

/**
 * Reads one field: a comma list of `*`, `a`, `a-b`, each with `/n`; `a/n` runs to the maximum; a range never wraps.
 * Rules as Temporal's server has them (conformance/README, Cron 5).
 */
export function parseCronField(name: CronFieldName, text: string): CronField | CronFieldProblem {
  const rule = RULES[name];
  const accepts = new Uint8Array(rule.max + 1);
  for (const part of text.split(',')) {
    const range = readPart(rule, part);
    if (typeof range === 'string') return { problem: `${name} "${text}": ${range}; ${describe(name, rule)}` };
    for (let value = range.from; value <= range.to; value += range.step) accepts[value] = 1;
  }
  if (name === 'weekday' && accepts[7] === 1) accepts[0] = 1;
  const last = name === 'weekday' ? 6 : rule.max;
  return { text, accepts, any: accepts.subarray(rule.min, last + 1).every((one) => one === 1) };
}

function readPart(rule: FieldRule, part: string): { from: number; to: number; step: number } | string {
  const [range = '', step, ...moreSteps] = part.split('/');
  if (moreSteps.length > 0) return `"${part}" has two steps`;
  if (step !== undefined && !/^\+?0*[1-9]\d*$/.test(step))
    return `the step "${step}" is not a number above 0`;
  const every = step === undefined ? 1 : Number(step);
  if (range === '*') return { from: rule.min, to: rule.max, step: every };
  const [first = '', second, ...moreBounds] = range.split('-');
  if (moreBounds.length > 0) return `"${range}" is not a range`;
  const from = readValue(rule, first);
  if (typeof from === 'string') return from;
  if (second === undefined) return { from, to: step === undefined ? from : rule.max, step: every };
  const to = readValue(rule, second);
  if (typeof to === 'string') return to;
  return to < from ? `the range "${range}" runs backwards` : { from, to, step: every };
}

function readValue(rule: FieldRule, text: string): number | string {
  if (rule.names.length > 0 && text.length >= rule.shortest) {
    const index = rule.names.findIndex((name) => name.startsWith(text.toLowerCase()));
    if (index >= 0) return index + rule.min;
  }
  if (text === '') return 'a value is missing';
  if (/^(L|\d*W|LW|\d+L|\?)$/i.test(text)) return `"${text}" is not supported by Temporal`;
  if (!/^\d+$/.test(text)) return `"${text}" is not a value`;
  const value = Number(text);
  return value < rule.min || value > rule.max ? `"${text}" is out of range` : value;
}

function describe(name: CronFieldName, rule: FieldRule): string {
  const range = name === 'weekday' ? '0-7 (0 and 7 are Sunday)' : `${rule.min}-${rule.max}`;
  const names = rule.names.length === 0 ? '' : `, names such as ${rule.names[1]!.slice(0, 3).toUpperCase()}`;
  return `it takes ${range}${names}, as *, a, a-b or a list, each with /n`;
}
