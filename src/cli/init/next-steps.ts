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
export const emptyVariables = (text = ''): readonly string[] =>
  [...text.matchAll(/^([A-Z0-9_]+)=[ \t]*$/gm)].map(([, name = '']) => name);

/** What to do once the files are there, in order; each line is a command, or says what to do by hand. */
export function nextSteps({ cwd, folder, parts, install }: NextStepsOptions): readonly string[] {
  const { files, before, pipeline } = parts;
  const way = path.relative(cwd, folder);
  const variables = emptyVariables(files['.env.example']);
  return [
    ...(way === '' ? [] : [`cd ${/^[\w./-]+$/.test(way) ? way : `"${way}"`}`]),
    ...(install ?? ['npm install']),
    ...before,
    ...(files['.env.example'] === undefined
      ? []
      : [
          `cp .env.example .env     and fill in ${variables.length === 0 ? 'what you need' : variables.join(', ')}`,
        ]),
    ...(pipeline === undefined ? [] : [`npx tidemark preview ${pipeline} --limit 5`]),
    'npx tidemark dev',
  ];
}
