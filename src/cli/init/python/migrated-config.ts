import { comment, importLine, literal } from '../config-text';
import type { TakenSchedule } from './cut-differences';
import type { MigratedEntry } from './entries';
import { fieldsText, type OurSource } from './our-source';

/** An entry with its schedule, and what is to be said of it. */
export interface Planned {
  readonly entry: MigratedEntry;
  readonly schedule: TakenSchedule & { readonly endDate?: string };
  readonly catchup: boolean;
  readonly mode: 'interval' | 'incremental';
  /** Whether it runs by itself. */
  readonly scheduled: boolean;
  readonly differences: readonly string[];
}

interface Destination {
  readonly code: string;
  readonly name: string;
  readonly packages: readonly string[];
  readonly env: readonly string[];
  readonly instead?: string;
}

/** A destination of dlt's as ours; one that isn't here becomes DuckDB, and the config says so. */
export function destinationOf({ destination = 'duckdb' }: MigratedEntry): Destination {
  switch (destination) {
    case 'duckdb':
      return { code: 'duckdb()', name: 'duckdb', packages: [], env: [] };
    case 'postgres':
      return {
        code: 'postgres()',
        name: 'postgres',
        packages: ['pg', 'pg-copy-streams', 'pg-cursor'],
        env: ['DESTINATION__POSTGRES__CREDENTIALS'],
      };
    case 'bigquery':
      return {
        code: 'bigquery()',
        name: 'bigquery',
        packages: ['@google-cloud/bigquery'],
        env: ['PROJECT_ID', 'LOCATION', 'CREDENTIALS'].map((name) => `DESTINATION__BIGQUERY__${name}`),
      };
    default:
      return { code: 'duckdb()', name: 'duckdb', packages: [], env: [], instead: destination };
  }
}

interface Told {
  readonly names: readonly string[];
  readonly notes: readonly string[];
  readonly differences: readonly string[];
}

/** The text of the config, with what is to be said of it in comments. */
export function configText(planned: readonly Planned[], { names, notes, differences }: Told): string {
  const unique = distinct();
  const entries = planned.map((one) => ({
    ...one,
    entry: { ...one.entry, sources: one.entry.sources.map(unique) },
  }));
  const sources = entries.flatMap(({ entry }) => entry.sources);
  const imports = new Map<string, string[]>([
    ['tidemark', ['defineConfig', 'pipeline', ...planned.map(({ entry }) => destinationOf(entry).name)]],
  ]);
  for (const [name, from] of sources.flatMap((source) => source.imports))
    imports.set(from, [...(imports.get(from) ?? []), name]);
  const sorted = [...imports].sort(([a], [b]) => a.localeCompare(b));
  const declared = [
    ...new Map(
      sources.map(({ code, declarations }) => [declarations.length === 0 ? '' : code, declarations]),
    ).values(),
  ];
  const list = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['//', ...comment(title), ...lines.flatMap((line) => comment(`- ${line}`))];
  return [
    ...comment(`Written by tidemark init from ${names.join(' and ')}, which was read and not run.`),
    ...list('Not taken over:', notes),
    ...list('Cut otherwise than by Airflow:', differences),
    ...sorted.flatMap(([from, list]) => importLine(list, from)),
    '',
    ...declared.flatMap((lines) => (lines.length === 0 ? [] : [...lines, ''])),
    'export default defineConfig({',
    '  pipelines: [',
    ...entries.flatMap(entryText),
    '  ],',
    '});',
    '',
  ].join('\n');
}

/** Gives a source another variable where one of its name is taken by another source. */
function distinct(): (source: OurSource) => OurSource {
  const taken = new Map<string, string>();
  return (source) => {
    const [first = '', ...more] = source.declarations;
    const variable = /^const (\w+) =/.exec(first)?.[1];
    if (variable === undefined) return source;
    const text = source.declarations.join('\n');
    let name = variable;
    for (let number = 2; taken.has(name) && taken.get(name) !== text; number += 1)
      name = `${variable}${number}`;
    taken.set(name, text);
    return {
      ...source,
      code: source.code.replace(variable, name),
      declarations: [first.replace(variable, name), ...more],
    };
  };
}

function entryText({ entry, schedule, catchup, mode, scheduled }: Planned): readonly string[] {
  const { name, dataset, sources, dag } = entry;
  const { code, instead } = destinationOf(entry);
  const codes = [...new Set(sources.map((source) => source.code))];
  const pipeline = {
    name: literal(name),
    destination: code,
    // dlt's own default
    dataset: literal(dataset ?? `${name}_dataset`),
  };
  const setting = (key: string, text: string | undefined): readonly string[] =>
    text === undefined ? [] : [`      ${key}: ${text},`];
  const times = {
    ...(schedule.cron === undefined ? {} : { cron: literal(schedule.cron) }),
    ...(schedule.every === undefined ? {} : { every: literal(schedule.every) }),
    timezone: literal(schedule.timezone),
    ...(schedule.startDate === undefined ? {} : { startDate: literal(schedule.startDate) }),
    ...(schedule.endDate === undefined ? {} : { endDate: literal(schedule.endDate) }),
    ...(catchup ? { catchup: 'true' } : {}),
  };
  return [
    '    {',
    ...(instead === undefined
      ? []
      : comment(`the destination was ${instead}, which tidemark doesn't have`, '      ')),
    `      pipeline: pipeline({ ${fieldsText(pipeline)} }),`,
    `      source: () => ${codes.length === 1 ? codes[0] : `[${codes.join(', ')}]`},`,
    ...(mode === 'incremental'
      ? ['      // each run goes on from the stored cursor, as in dlt', "      mode: 'incremental',"]
      : []),
    ...setting('decompose', dag?.decompose === undefined ? undefined : literal(dag.decompose)),
    ...setting('triggerRule', dag?.triggerRule === undefined ? undefined : literal(dag.triggerRule)),
    ...setting('retries', dag?.retries?.toString()),
    ...setting(
      'maxActiveRuns',
      dag?.maxActiveRuns === undefined || dag.maxActiveRuns < 1 ? undefined : String(dag.maxActiveRuns),
    ),
    ...(dag === undefined ? comment('dlt has no schedule: this one is a guess', '      ') : []),
    ...(scheduled
      ? setting('schedule', `{ ${fieldsText(times)} }`)
      : comment('no schedule: it runs by hand', '      ')),
    '    },',
  ];
}
