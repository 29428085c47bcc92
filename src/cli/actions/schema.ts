import { TidemarkError } from '../../errors';
import type { SchemaFormat } from '../../operate';
import { toJsonText } from '../output/format';
import { renderSchema, renderSchemaDiff } from '../output/schema';
import { withClient } from '../session/client';
import type { Action } from '../session/command';

interface ShowOptions {
  readonly table?: string;
}

interface ExportOptions {
  readonly format: SchemaFormat;
  readonly source?: string;
}

interface DiffOptions {
  readonly from?: number;
  readonly to?: number;
  readonly with?: string;
  readonly source?: string;
}

export const schemaShow: Action<ShowOptions> = ({
  context: { terminal },
  context,
  args: [pipeline = ''],
  options,
}) =>
  withClient(context, options, async (client) => {
    const view = await client.schema(pipeline, { table: options.table });
    terminal.out(options.json ? toJsonText(view) : renderSchema(terminal, view));
  });

export const schemaExport: Action<ExportOptions> = ({
  context: { terminal },
  context,
  args: [pipeline = ''],
  options,
}) =>
  withClient(context, options, async (client) => {
    const { format, source, json } = options;
    const text = await client.exportSchema(pipeline, { format, source });
    terminal.out(json && format !== 'json' ? toJsonText({ pipeline, format, text }) : text.trimEnd());
  });

export const schemaDiff: Action<DiffOptions> = ({
  context: { terminal },
  context,
  args: [pipeline = ''],
  options,
}) =>
  withClient(context, options, async (client) => {
    const { from, to, with: against, source, json } = options;
    if (against !== undefined && (from ?? to) !== undefined)
      throw new TidemarkError(
        'USAGE',
        '--with compares the newest schemas; leave out --from and --to, or --with.',
      );
    const diff = await client.diffSchema(pipeline, { from, to, against, source });
    terminal.out(json ? toJsonText(diff) : renderSchemaDiff(terminal, diff));
  });
