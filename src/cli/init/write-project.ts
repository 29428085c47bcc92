import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import dotenv from 'dotenv';
import { TidemarkError } from '../../errors';
import { IGNORED, readmeOf, TSCONFIG } from './common-files';
import { installLines, packageJson, packageName } from './package-json';
import type { ProjectParts } from './templates';

/** What was done, and what is left to do. */
interface WrittenProject {
  /** Names of files that were written, or added to. */
  readonly written: readonly string[];
  /** Names of files that were there and were left as they are. */
  readonly kept: readonly string[];
  /** Commands that install what a package.json that was there lacks; undefined for a new one. */
  readonly install: readonly string[] | undefined;
}

/** The one file that init is for: where it is, there is a project already. */
const CONFIG = 'temporal.config.ts';
/** Files of lines, to which those that are missing are added. */
const ENV_EXAMPLE = '.env.example';

/** @throws USAGE where a config is there already, or the folder is a file */
export function checkNew(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new TidemarkError('USAGE', `"${folder}" is a file; name a folder for the project.`);
  const config = path.join(folder, CONFIG);
  if (existsSync(config))
    throw new TidemarkError(
      'USAGE',
      `"${config}" is there already; init never overwrites, choose another folder.`,
    );
}

/**
 * Writes a project into a folder, which is made if need be. No file is overwritten: one that is there is kept, and to
 * `.gitignore`, `.env.example` and `.env` the lines that are missing are added.
 *
 * @throws USAGE as {@link checkNew}, and for a secret that `.env` can't hold; nothing is written then
 */
export async function writeProject(folder: string, parts: ProjectParts): Promise<WrittenProject> {
  checkNew(folder);
  const isNew = !existsSync(path.join(folder, 'package.json'));
  const whole: Readonly<Record<string, string>> = {
    'package.json': packageJson(folder, parts.packages),
    'tsconfig.json': TSCONFIG,
    ...parts.files,
    'README.md': readmeOf(packageName(folder), parts),
  };
  const env = Object.entries(parts.secrets ?? {}).map(([name, value]) => `${name}=${quotedForEnv(value)}`);
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  const kept: string[] = [];
  const write = async (name: string, how: (file: string) => Promise<boolean>): Promise<void> => {
    ((await how(path.join(folder, name))) ? written : kept).push(name);
  };
  // before anything that must not be committed is there
  await write('.gitignore', (file) => addLines(file, IGNORED));
  for (const [name, text] of Object.entries(whole))
    await write(name, async (file) => {
      if (existsSync(file)) return name === ENV_EXAMPLE && addVariables(file, text);
      await writeFile(file, text, { flag: 'wx' });
      return true;
    });
  if (env.length > 0)
    await write('.env', async (file) => {
      if (existsSync(file)) return addVariables(file, env.join('\n'));
      await writeFile(file, `${env.join('\n')}\n`, { flag: 'wx', mode: 0o600 });
      return true;
    });
  return { written, kept, install: isNew ? undefined : installLines(folder, parts.packages) };
}

/** Adds the lines that a file lacks, and makes it if need be; says whether there was anything to add. */
async function addLines(file: string, lines: readonly string[]): Promise<boolean> {
  const text = existsSync(file) ? await readFile(file, 'utf8') : '';
  const there = text.split(/\r?\n/);
  const missing = lines.filter((line) => !there.includes(line));
  if (missing.length === 0) return false;
  await writeFile(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`);
  return true;
}

/** The same for variables: a name that the file sets already stays as it is there, with whatever value. */
async function addVariables(file: string, text: string): Promise<boolean> {
  const there = Object.keys(dotenv.parse(await readFile(file)));
  const nameOf = (line: string): string | undefined => /^([A-Z0-9_]+)=/.exec(line)?.[1];
  const lines = text.split('\n').filter((line) => line !== '' && !there.includes(nameOf(line) ?? ''));
  return lines.some((line) => nameOf(line) !== undefined) && addLines(file, lines);
}

/** A value as dotenv reads it back, whatever is in it. @throws USAGE for one that it can't hold */
function quotedForEnv(value: string): string {
  if (/^[\w.~+/=:@-]+$/.test(value)) return value;
  const quote = ["'", '`', '"'].find((mark) => !value.includes(mark));
  if (quote === undefined || /[\r\n]/.test(value) || (quote === '"' && value.includes('\\')))
    throw new TidemarkError(
      'USAGE',
      "The value of a --header has line breaks or all kinds of quotes, which .env can't hold. Leave it out, and set it in the environment.",
    );
  return `${quote}${value}${quote}`;
}
