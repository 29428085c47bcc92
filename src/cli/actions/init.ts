import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { TidemarkError } from '../../errors';
import { nextSteps } from '../init/next-steps';
import { configFor } from '../init/pipeline-file';
import { migrationParts } from '../init/python/migrate';
import { restParts } from '../init/rest/rest-project';
import { isTemplateName, type ProjectParts, TEMPLATES, templateParts } from '../init/templates';
import { checkNew, writeProject } from '../init/write-project';
import { toJsonText } from '../output/format';
import { styleFor } from '../output/style';
import type { Action, CliContext } from '../session/command';

interface InitOptions {
  readonly source?: string;
  readonly pipeline?: string;
  readonly list?: boolean;
  readonly url?: string;
  readonly fromDlt?: string;
  readonly fromAirflow?: string;
  readonly header?: readonly string[];
}

export const init: Action<InitOptions> = async ({ context, args, options }) => {
  const { terminal, cwd } = context;
  if (options.list) return printList(context, options.json);
  const folder = path.resolve(cwd, args[0] ?? '.');
  const parts = await partsOf(options, { cwd, folder, signal: context.interrupted });
  const { written, kept, install } = await writeProject(folder, parts);
  const steps = nextSteps({ cwd, folder, parts, install });
  const { report = [] } = parts;
  if (options.json)
    return terminal.out(
      toJsonText({
        folder,
        files: written,
        kept,
        next: steps,
        ...(report.length === 0 ? {} : { report }),
      }),
    );
  const style = styleFor(terminal.colour);
  for (const name of written) terminal.out(`${style.green('wrote')} ${path.join(folder, name)}`);
  for (const name of kept) terminal.out(`${style.dim('kept')}  ${path.join(folder, name)}, which was there`);
  for (const line of report) terminal.out(line);
  terminal.out('Next:');
  for (const step of steps) terminal.out(`  ${step}`);
  return undefined;
};

interface Place {
  readonly cwd: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** @throws USAGE for a source that isn't there, and for options that don't go together */
async function partsOf(options: InitOptions, { cwd, folder, signal }: Place): Promise<ProjectParts> {
  const { url, header: headers = [], pipeline, fromDlt, fromAirflow } = options;
  const { source = url === undefined ? 'zendesk' : 'rest' } = options;
  if (!isTemplateName(source))
    throw new TidemarkError(
      'USAGE',
      `There is no source "${source}" to begin with; choose one of ${Object.keys(TEMPLATES).join(', ')}.`,
    );
  if (url !== undefined && source !== 'rest')
    throw new TidemarkError('USAGE', `--url describes a REST API; write --source rest, not "${source}".`);
  if (url === undefined && headers.length > 0)
    throw new TidemarkError('USAGE', '--header is sent to an address; give it with --url.');
  const given = Object.entries({
    '--url': url,
    '--pipeline': pipeline,
    '--from-dlt': fromDlt,
    '--from-airflow': fromAirflow,
  });
  const [first, second] = given.flatMap(([name, value]) =>
    value === undefined || (name === '--from-airflow' && fromDlt !== undefined) ? [] : [name],
  );
  if (first !== undefined && second !== undefined)
    throw new TidemarkError('USAGE', `"${first}" and "${second}" are two ways to begin; choose one.`);
  checkNew(folder);
  if (fromDlt !== undefined || fromAirflow !== undefined) {
    const absolute = (file: string | undefined): string | undefined =>
      file === undefined ? undefined : path.resolve(cwd, file);
    return migrationParts({
      dlt: absolute(fromDlt),
      airflow: absolute(fromAirflow),
      signal,
      now: Date.now(),
    });
  }
  if (url !== undefined) {
    return restParts({ url, headers, signal, now: Date.now() });
  }
  return pipeline === undefined ? templateParts(source) : ownParts(path.resolve(cwd, pipeline), folder);
}

/** @throws USAGE for a file that isn't there, and what `configFor` refuses */
async function ownParts(file: string, folder: string): Promise<ProjectParts> {
  if (!existsSync(file))
    throw new TidemarkError('USAGE', `There is no file "${file}" to take a pipeline from.`);
  return {
    files: { 'temporal.config.ts': configFor({ text: await readFile(file, 'utf8'), file, folder }) },
    packages: [],
    about: `what ${path.basename(file)} loads`,
    before: ['look at the schedule in temporal.config.ts'],
    pipeline: undefined,
  };
}

function printList({ terminal }: CliContext, json: boolean): void {
  const sources = Object.entries(TEMPLATES).map(([name, { about }]) => ({ name, about }));
  if (json) terminal.out(toJsonText({ sources }));
  else for (const { name, about } of sources) terminal.out(`${name.padEnd(9)} ${about}`);
}
