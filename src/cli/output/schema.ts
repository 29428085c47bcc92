import type {
  ColumnDifference,
  ComparedSchema,
  SchemaDiff,
  SchemaView,
  TableDifference,
} from '../../operate';
import { formatInstant, plural } from './format';
import { styleFor } from './style';
import { renderTable } from './table';
import type { Terminal } from './terminal';

/** Tables of each source, each with its columns below it. */
export function renderSchema(terminal: Terminal, { sources, dataset }: SchemaView): string {
  const style = styleFor(terminal.colour);
  return sources
    .map(({ source, tables, versions }) => {
      const newest = versions.at(-1);
      if (newest === undefined) return `${source}  nothing was loaded yet`;
      const head = `${style.bold(source)}  ${plural(tables.length, 'table')} in "${dataset}", version ${newest.version} of ${formatInstant(newest.at)}`;
      return [head, ...tables.map((table) => renderOne(terminal, table))].join('\n\n');
    })
    .join('\n\n');
}

function renderOne(terminal: Terminal, table: SchemaView['sources'][number]['tables'][number]): string {
  const { bold } = styleFor(terminal.colour);
  const facts = [
    table.parent === undefined ? `resource ${table.resource}` : `child of ${table.parent}`,
    ...(table.parent === undefined && table.writeDisposition !== undefined ? [table.writeDisposition] : []),
    ...(table.since === undefined ? [] : [`since version ${table.since.version}`]),
  ];
  const columns = table.columns.map(({ column, type, nullable, hints, since }) => [
    column,
    type,
    [...(nullable ? [] : ['not null']), ...hints].join(', '),
    // told where it came later than its table
    since === undefined || since.version === table.since?.version ? '' : `version ${since.version}`,
  ]);
  return `${bold(table.table)}  ${facts.join(', ')}\n${renderTable(terminal, ['column', 'type', 'hints', 'since'], columns)}`;
}

const MARKS = { added: '+', changed: '~', gone: '-' } as const;

/** A line for each table that differs, and below it one for each column. */
export function renderSchemaDiff(terminal: Terminal, { from, to, tables }: SchemaDiff): string {
  const head = `${nameOf(from)} → ${nameOf(to)}`;
  if (tables.length === 0) return `${head}\nNo difference.`;
  return [head, ...tables.flatMap((table) => linesOf(terminal, table))].join('\n');
}

function nameOf({ pipeline, source, version, at }: ComparedSchema): string {
  if (version === undefined) return 'nothing';
  return `${pipeline}, ${source} version ${version}${at === undefined ? '' : ` of ${formatInstant(at)}`}`;
}

function linesOf(terminal: Terminal, table: TableDifference): string[] {
  return [
    paint(terminal, table.change, `${MARKS[table.change]} ${table.table}${wordsOf(table)}`),
    ...table.columns.map((column) =>
      paint(terminal, column.change, `    ${MARKS[column.change]} ${column.column}${wordsOf(column)}`),
    ),
  ];
}

function wordsOf({ before, after }: Pick<ColumnDifference, 'before' | 'after'>): string {
  if (before !== undefined && after !== undefined) return `  ${before} → ${after}`;
  const words = after ?? before;
  return words === undefined ? '' : `  ${words}`;
}

function paint(terminal: Terminal, change: TableDifference['change'], line: string): string {
  const { green, red, yellow } = styleFor(terminal.colour);
  return { added: green, gone: red, changed: yellow }[change](line);
}
