import { dataLiteral, literal, propertyName } from '../config-text';
import type { DltIncremental } from './dlt-facts';
import type { Notes } from './notes';
import type { SourceUse } from './source-use';
import { evaluate, PyTime, UNKNOWN } from './values';

/** A source of tidemark in the place of one of dlt's, as parts of a config. */
export interface OurSource {
  /** What makes it, after `source: () =>`. */
  readonly code: string;
  /** Imported names, with where they come from. */
  readonly imports: readonly (readonly [name: string, from: string])[];
  /** Lines before the config. */
  readonly declarations: readonly string[];
  readonly packages: readonly string[];
  /** Names for `.env`. */
  readonly env: readonly string[];
  /** Whether it has a cursor, and whether a data interval sets its range. */
  readonly cursor: 'none' | 'stored' | 'joined';
}

/** What translating a source needs. */
export interface Translation {
  readonly use: SourceUse;
  readonly notes: Notes;
  /** Name of the file that is read, for what has to be written by hand. */
  readonly file: string;
}

/** The value of an argument by name or place; UNKNOWN where it is computed, undefined where it isn't given. */
export function argument({ args, scope }: SourceUse, name: string, place?: number): unknown {
  const node = args.get(name) ?? (place === undefined ? undefined : args.get(String(place)));
  if (node === undefined) return undefined;
  const value = evaluate(node, scope);
  return value === null ? undefined : value;
}

/** Arguments that a source is given here as well, each the text of its value; those that are computed are noted. */
export function given(
  { use, notes }: Translation,
  names: readonly (readonly [theirs: string, ours: string, place?: number | undefined])[],
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [theirs, ours, place] of names) {
    const value = argument(use, theirs, place);
    if (value === undefined) continue;
    const text = textOf(value);
    if (text === undefined)
      notes.add(lineOf(use, theirs, place), `${theirs} of ${use.name} is computed: write it`);
    else found[ours] = text;
  }
  return found;
}

export const lineOf = ({ args, node }: SourceUse, name: string, place?: number): number =>
  (args.get(name) ?? args.get(String(place)) ?? node).line;

/** Plain values and times as code; undefined for what isn't known. */
export function textOf(value: unknown): string | undefined {
  if (value instanceof PyTime)
    return value.zone === undefined || value.zone === 'UTC' ? literal(value.text) : undefined;
  if (value === UNKNOWN || (typeof value === 'object' && value !== null && !isPlain(value))) return undefined;
  return value === undefined ? undefined : dataLiteral(value);
}

/** Whether data holds nothing but texts, numbers and the like. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object' || value === null)
    return ['string', 'number', 'boolean'].includes(typeof value) || value === null;
  return Object.getPrototypeOf(value) === null && Object.values(value).every(isPlain);
}

/** Notes the arguments that nothing was done with. */
export function otherArguments({ use, notes }: Translation, taken: readonly string[]): void {
  for (const [name, node] of use.args)
    if (!taken.includes(name))
      notes.add(
        node.line,
        `${/^\d+$/.test(name) ? `argument ${Number(name) + 1}` : name} of ${use.name} isn't taken over`,
      );
}

/** `zendesk({ … }).withResources(…)`. */
export function callText(
  name: string,
  options: Readonly<Record<string, string>>,
  selected: readonly string[] = [],
): string {
  const fields = fieldsText(options);
  const chosen = selected.length === 0 ? '' : `.withResources(${selected.map(literal).join(', ')})`;
  return `${name}(${fields === '' ? '' : `{ ${fields} }`})${chosen}`;
}

export const fieldsText = (options: Readonly<Record<string, string>>): string =>
  Object.entries(options)
    .map(([key, text]) => `${propertyName(key)}: ${text}`)
    .join(', ');

/** An incremental as options of ours, joined with the interval where dlt joins it with Airflow's. */
export const incrementalText = ({ options, external }: DltIncremental): string =>
  `{ ${fieldsText({ ...options, ...(external ? { allowExternalSchedulers: 'true' } : {}) })} }`;

export const cursorKind = (incrementals: Iterable<DltIncremental>): OurSource['cursor'] => {
  const all = [...incrementals];
  if (all.length === 0) return 'none';
  return all.some(({ external }) => external) ? 'joined' : 'stored';
};

/** Names of resources that are ours, too; the others are noted. */
export function ours({ use, notes }: Translation, known: readonly string[]): readonly string[] {
  const chosen = use.selected ?? [];
  for (const name of chosen)
    if (!known.includes(name))
      notes.add(use.node.line, `the resource ${name} of ${use.name} has no counterpart here`);
  return chosen.filter((name) => known.includes(name));
}
