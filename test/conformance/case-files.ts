import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';

/** The folder of the cases that come with the repository. */
export const OWN_CASES = path.join(ROOT, 'test', 'conformance', 'cases');

/** The folder of cases about names that are longer than a destination takes: of 63 characters. */
export const LONG_NAMES = path.join(ROOT, 'test', 'conformance', 'long-names');

/** One case as it stands in a file. */
export interface Case {
  readonly id: string;
  readonly input: unknown;
  readonly expect: unknown;
  /** The kind that it was recognised as; the file's stem where it is none that is known. */
  readonly kind: string;
}

/** Every kind there is, whether it can be run yet or not, with how its input is recognised. */
const SHAPES: Readonly<Record<string, (input: Fields) => boolean>> = {
  cron: (input) => has(input, 'cron', 'from', 'to'),
  timetable: (input) => has(input, 'cron') && (has(input, 'at') || has(input, 'now')),
  scheduler: (input) => has(input, 'allow_external_schedulers', 'interval'),
  incremental: (input) => has(input, 'incremental', 'runs'),
  naming: (input) => has(input, 'max_length') || has(input, 'identifier'),
  normalize: (input) => has(input, 'resource', 'runs'),
  load: (input) => has(input, 'resource', 'runs'),
};

type Fields = Readonly<Record<string, unknown>>;

/** Names of all kinds that cases exist for. */
export const KIND_NAMES: readonly string[] = Object.keys(SHAPES);

/** The `*.json` files of a folder, in order. */
export function caseFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => path.join(folder, name));
}

/** The cases of one file. Throws where it isn't a list of cases. */
export function readCases(file: string): Case[] {
  const list: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(list)) throw new Error(`${path.basename(file)} is not an array of cases.`);
  const stem = path.basename(file, '.json');
  return list.map((entry: unknown, index) => {
    const { id, input, expect, kind } = fieldsOf(entry);
    const name = typeof kind === 'string' ? kind : kindOf(stem, fieldsOf(input), fieldsOf(expect));
    return { id: typeof id === 'string' ? id : `${stem}[${index}]`, input, expect, kind: name };
  });
}

/**
 * The shape of the case decides, together with the stem's beginning where a shape fits two kinds; a stem alone where
 * no shape fits. What neither tells is an unknown kind, called by its stem.
 */
function kindOf(stem: string, input: Fields, expected: Fields): string {
  const named = KIND_NAMES.find((name) => new RegExp(`^${name}(?![a-z])`, 'i').test(stem));
  const shaped = KIND_NAMES.filter((name) => SHAPES[name]!(input));
  if (named !== undefined && (shaped.includes(named) || shaped.length === 0)) return named;
  const loads = has(expected, 'runs') || has(fieldsOf(input.resource), 'merge_key');
  return shaped[0] === 'normalize' && loads ? 'load' : (shaped[0] ?? stem);
}

function has(fields: Fields, ...names: string[]): boolean {
  return names.every((name) => Object.hasOwn(fields, name));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
