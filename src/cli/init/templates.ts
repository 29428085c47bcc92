import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../package-root';

/** What `init --source NAME` begins with: files of `examples/NAME`, which are compiled and tested as any other code. */
interface Template {
  /** What it loads, in a line. */
  readonly about: string;
  /** The pipeline of its `temporal.config.ts` that is looked at first. */
  readonly pipeline: string;
  /** Packages that its config imports, or that its source needs beside tidemark. @default none */
  readonly packages?: readonly string[];
  /** What has to be done before it can run; without it, filling in `.env.example`. */
  readonly before?: string;
}

/** A source needs a folder of examples and a line here; `own` is a source to be filled in. */
export const TEMPLATES = {
  zendesk: {
    about: 'Zendesk Support: tickets, their events and metric events, every day',
    pipeline: 'zendesk_support',
  },
  github: { about: 'a GitHub repository: issues every day, events as they come', pipeline: 'github_issues' },
  rest: {
    about: 'a REST API that is described, not programmed; with --url ADDRESS, that address',
    pipeline: 'repository',
    packages: ['zod'],
  },
  stripe: { about: 'Stripe: customers, invoices, charges and what changed of them', pipeline: 'stripe' },
  chess: { about: 'chess.com: profiles and games of some players; needs no account', pipeline: 'chess' },
  twitter: { about: 'Twitter/X: recent posts for search terms', pipeline: 'twitter_tweets' },
  facebook: {
    about: 'Facebook ads: insights of every day, ads as they are now',
    pipeline: 'facebook_objects',
  },
  database: {
    about: 'tables of a Postgres database, by a column that says what changed',
    pipeline: 'shop',
    packages: ['pg', 'pg-cursor'],
    before: 'name your tables in temporal.config.ts',
  },
  files: {
    about: 'files in a bucket or folder: JSON lines, CSV, Parquet',
    pipeline: 'batches',
    packages: ['@aws-sdk/client-s3'],
    before: 'name your bucket or folder in temporal.config.ts',
  },
  bigquery: {
    about: 'Zendesk into BigQuery: the history of 2023 week by week, and every day what is new',
    pipeline: 'zendesk_support_new',
    packages: ['@google-cloud/bigquery'],
  },
  own: {
    about: 'a source of your own, in TypeScript',
    pipeline: 'events',
    packages: ['zod'],
    before: 'describe your API in temporal.config.ts',
  },
} as const satisfies Record<string, Template>;

export type TemplateName = keyof typeof TEMPLATES;

export const isTemplateName = (name: string): name is TemplateName => Object.hasOwn(TEMPLATES, name);

const folderOf = (name: TemplateName): string => path.join(packageRoot(), 'examples', name);

/** What `init` writes; other files of the folder are for reading. */
const FILES = ['temporal.config.ts', '.env.example'];

/** What a project is made of, beside the files that all have. */
export interface ProjectParts {
  /** Text by name. `temporal.config.ts` is one of them. */
  readonly files: Readonly<Record<string, string>>;
  /** Packages beside tidemark that the project needs. */
  readonly packages: readonly string[];
  /** What the project loads, for its README. */
  readonly about: string;
  /** What has to be done by hand before it can run. */
  readonly before: readonly string[];
  /** The pipeline that is looked at first. */
  readonly pipeline: string | undefined;
  /** What is to be printed beside the steps. @default nothing */
  readonly report?: readonly string[];
  /** Lines for `.env`, which init itself fills in. @default none */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** The parts of a template's project. */
export async function templateParts(name: TemplateName): Promise<ProjectParts> {
  const { about, pipeline, before, packages = [] }: Template = TEMPLATES[name];
  const there = FILES.filter((file) => existsSync(path.join(folderOf(name), file)));
  const read = async (file: string) =>
    [file, await readFile(path.join(folderOf(name), file), 'utf8')] as const;
  return {
    files: Object.fromEntries(await Promise.all(there.map(read))),
    packages,
    about,
    before: before === undefined ? [] : [before],
    pipeline,
  };
}
