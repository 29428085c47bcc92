import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ProjectParts } from './templates';

interface NextStepsOptions {
  /** Where the command was called, and where the project is: absolute paths. */
  readonly cwd: string;
  readonly folder: string;
  readonly parts: ProjectParts;
  /** What installs what a package.json that was there lacks; undefined for a new one. */
  readonly install: readonly string[] | undefined;
}

/** Names of the variables that an `.env.example` leaves empty, in its order. */
const emptyVariables = (text = ''): readonly string[] =>
  [...text.matchAll(/^([A-Z0-9_]+)=[ \t]*$/gm)].map(([, name = '']) => name);

/** What to do once the files are there, in order; each line is a command, or says what to do by hand. */
export function nextSteps({ cwd, folder, parts, install }: NextStepsOptions): readonly string[] {
  const { before, pipeline } = parts;
  const way = path.relative(cwd, folder);
  return [
    ...(way === '' ? [] : [`cd ${/^[\w./-]+$/.test(way) ? way : `"${way}"`}`]),
    ...(install ?? ['npm install']),
    ...before,
    ...settingsSteps(folder, parts),
    ...(pipeline === undefined ? [] : [`npx tidemark preview ${pipeline} --limit 5`]),
    'npx tidemark dev',
  ];
}

/** How `.env` gets what the sources need; nothing where init itself wrote it. */
function settingsSteps(folder: string, { files, secrets }: ProjectParts): readonly string[] {
  const example = files['.env.example'];
  if (example === undefined || Object.keys(secrets ?? {}).length > 0) return [];
  const variables = emptyVariables(example).join(', ');
  // a copy would overwrite what is there
  if (existsSync(path.join(folder, '.env'))) return [`fill in .env: ${variables}`];
  return [`cp .env.example .env     and fill in ${variables}`];
}
