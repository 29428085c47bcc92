import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../package-root';

/** What `init --source NAME` begins with: files of `examples/NAME`, which are compiled and tested as any other code. */
interface Template {
  /** The pipeline of its `temporal.config.ts` that is looked at first. */
  readonly pipeline: string;
  /** What has to be done before it can run; without it, filling in `.env.example`. */
  readonly before?: string;
}

/** A source needs a folder of examples and a line here; `own` is a source to be filled in. */
export const TEMPLATES = {
  zendesk: { pipeline: 'zendesk_support' },
  github: { pipeline: 'github_issues' },
  rest: { pipeline: 'repository' },
  stripe: { pipeline: 'stripe' },
  chess: { pipeline: 'chess' },
  twitter: { pipeline: 'twitter_tweets' },
  facebook: { pipeline: 'facebook_objects' },
  database: { pipeline: 'shop', before: 'name your tables in temporal.config.ts' },
  files: { pipeline: 'batches', before: 'name your bucket or folder in temporal.config.ts' },
  own: { pipeline: 'events', before: 'describe your API in temporal.config.ts' },
} as const satisfies Record<string, Template>;

export type TemplateName = keyof typeof TEMPLATES;

export const isTemplateName = (name: string): name is TemplateName => Object.hasOwn(TEMPLATES, name);

const folderOf = (name: TemplateName): string => path.join(packageRoot(), 'examples', name);

/** What `init` writes; other files of the folder are for reading. */
const FILES = ['temporal.config.ts', '.env.example'];

const filesOf = (name: TemplateName): readonly string[] =>
  FILES.filter((file) => existsSync(path.join(folderOf(name), file)));

/** The files of a template, by name. */
export async function templateFiles(name: TemplateName): Promise<Readonly<Record<string, string>>> {
  const read = async (file: string) =>
    [file, await readFile(path.join(folderOf(name), file), 'utf8')] as const;
  return Object.fromEntries(await Promise.all(filesOf(name).map(read)));
}

/** What to do once the files are there. */
export function nextSteps(name: TemplateName): readonly string[] {
  const { pipeline, before }: Template = TEMPLATES[name];
  const hasSettings = filesOf(name).includes('.env.example');
  return [
    ...(before === undefined ? [] : [before]),
    ...(hasSettings ? ['cp .env.example .env     and fill it in'] : []),
    `npx tidemark preview ${pipeline} --limit 5`,
    'npx tidemark dev',
  ];
}
