import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TidemarkError } from '../../errors';
import type { Register } from '../command';
import { toJsonText } from '../output/format';
import { styleFor } from '../output/style';
import { TEMPLATES, type TemplateName } from '../templates';

interface InitOptions {
  readonly source: string;
}

/** `tidemark init [DIR]`: a config file and what belongs beside it. Never overwrites a file. */
export const registerInit: Register = (program, run) => {
  program
    .command('init')
    .description('write a first temporal.config.ts')
    .argument('[dir]', 'the folder', '.')
    .option('--source <name>', `the source to begin with: ${Object.keys(TEMPLATES).join(', ')}`, 'zendesk')
    .action(
      run<InitOptions>(async ({ context: { terminal, cwd }, args, options }) => {
        const template = TEMPLATES[options.source as TemplateName];
        if (template === undefined)
          throw new TidemarkError(
            'USAGE',
            `There is no source "${options.source}" to begin with; choose one of ${Object.keys(TEMPLATES).join(', ')}.`,
          );
        const folder = path.resolve(cwd, args[0] ?? '.');
        const taken = Object.keys(template.files).filter((name) => existsSync(path.join(folder, name)));
        if (taken.length > 0)
          throw new TidemarkError(
            'USAGE',
            `"${path.join(folder, taken[0]!)}" is there already; init never overwrites, choose another folder.`,
          );
        await mkdir(folder, { recursive: true });
        for (const [name, text] of Object.entries(template.files))
          await writeFile(path.join(folder, name), text);
        const ignored = await ignoreWorkingFiles(folder);
        const files = [...Object.keys(template.files), ...(ignored ? ['.gitignore'] : [])];
        if (options.json) return terminal.out(toJsonText({ folder, files }));
        const style = styleFor(terminal.colour);
        for (const name of files) terminal.out(`${style.green('wrote')} ${path.join(folder, name)}`);
        for (const step of template.next) terminal.out(`  ${step}`);
        return undefined;
      }),
    );
};

const IGNORED = ['.tidemark/', '.env', '.dlt/', '*.duckdb', '*.duckdb.wal'];

/** Adds what must not be committed to the folder's .gitignore; says whether there was anything to add. */
async function ignoreWorkingFiles(folder: string): Promise<boolean> {
  const file = path.join(folder, '.gitignore');
  const text = existsSync(file) ? await readFile(file, 'utf8') : '';
  const missing = IGNORED.filter((line) => !text.split(/\r?\n/).includes(line));
  if (missing.length === 0) return false;
  await writeFile(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`);
  return true;
}
