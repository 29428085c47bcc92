import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TidemarkError } from '../../errors';
import { configFor } from '../init/pipeline-file';
import { isTemplateName, nextSteps, TEMPLATES, templateFiles } from '../init/templates';
import { toJsonText } from '../output/format';
import { styleFor } from '../output/style';
import type { Register } from '../session/command';

interface InitOptions {
  readonly source: string;
  readonly pipeline?: string;
}

/**
 * `tidemark init [DIR]`: a config file, for a source that comes with the package or for a pipeline of the user's, and what
 * belongs beside it. Never overwrites a file.
 */
export const registerInit: Register = (program, run) => {
  program
    .command('init')
    .description('write a first temporal.config.ts')
    .argument('[dir]', 'the folder', '.')
    .option('--source <name>', `the source to begin with: ${Object.keys(TEMPLATES).join(', ')}`, 'zendesk')
    .option('--pipeline <file>', 'a file of yours that exports a pipeline: writes a config that schedules it')
    .action(
      run<InitOptions>(async ({ context: { terminal, cwd }, args, options }) => {
        const { source } = options;
        if (!isTemplateName(source))
          throw new TidemarkError(
            'USAGE',
            `There is no source "${source}" to begin with; choose one of ${Object.keys(TEMPLATES).join(', ')}.`,
          );
        const folder = path.resolve(cwd, args[0] ?? '.');
        const own = options.pipeline === undefined ? undefined : path.resolve(cwd, options.pipeline);
        const written = own === undefined ? await templateFiles(source) : await ownFiles(own, folder);
        const taken = Object.keys(written).filter((name) => existsSync(path.join(folder, name)));
        if (taken.length > 0)
          throw new TidemarkError(
            'USAGE',
            `"${path.join(folder, taken[0]!)}" is there already; init never overwrites, choose another folder.`,
          );
        await mkdir(folder, { recursive: true });
        for (const [name, text] of Object.entries(written)) await writeFile(path.join(folder, name), text);
        const ignored = await ignoreWorkingFiles(folder);
        const files = [...Object.keys(written), ...(ignored ? ['.gitignore'] : [])];
        if (options.json) return terminal.out(toJsonText({ folder, files }));
        const style = styleFor(terminal.colour);
        for (const name of files) terminal.out(`${style.green('wrote')} ${path.join(folder, name)}`);
        for (const step of own === undefined ? nextSteps(source) : OWN_STEPS) terminal.out(`  ${step}`);
        return undefined;
      }),
    );
};

const OWN_STEPS = ['look at the schedule in temporal.config.ts', 'npx tidemark dev'];

/** @throws USAGE for a file that isn't there, and what `configFor` refuses */
async function ownFiles(file: string, folder: string): Promise<Readonly<Record<string, string>>> {
  if (!existsSync(file))
    throw new TidemarkError('USAGE', `There is no file "${file}" to take a pipeline from.`);
  return { 'temporal.config.ts': configFor({ text: await readFile(file, 'utf8'), file, folder }) };
}

const IGNORED = ['.tidemark/', '.env', '.dlt/', '*.duckdb', '*.duckdb.*'];

/** Adds what must not be committed to the folder's .gitignore; says whether there was anything to add. */
async function ignoreWorkingFiles(folder: string): Promise<boolean> {
  const file = path.join(folder, '.gitignore');
  const text = existsSync(file) ? await readFile(file, 'utf8') : '';
  const missing = IGNORED.filter((line) => !text.split(/\r?\n/).includes(line));
  if (missing.length === 0) return false;
  await writeFile(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`);
  return true;
}
