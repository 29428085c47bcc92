import { z } from 'zod';
import { instant, secret } from '../../config';
import { TidemarkError } from '../../errors';

const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;

export const config = z.object({
  /** `duckdb` of github.com/duckdb/duckdb: a user or an organization. With `repo`, or `repositories` instead of both. */
  owner: z.string().optional(),
  /** The repository's name. */
  repo: z.string().optional(),
  /** Several repositories, `['duckdb/duckdb', 'dlt-hub/dlt']`: each has a cursor of its own, and rows say whose they are. */
  repositories: z
    .array(z.string().regex(REPOSITORY, { error: 'write owner and name, such as "duckdb/duckdb"' }))
    .min(1)
    .refine((names) => new Set(names.map((name) => name.toLowerCase())).size === names.length, {
      error: 'each repository is named once',
    })
    .optional(),
  /** A personal or an app's token; without one, public repositories at 60 requests an hour. */
  accessToken: secret(z.string()).optional(),
  /** Where the data begins. Inclusive. */
  startDate: instant().default('2008-01-01'),
  /** Where it ends. Exclusive; makes the load stateless. */
  endDate: instant().optional(),
  /** Hours by which an event may show up late; a later run looks back so far. */
  eventDelayHours: z.number().min(0).default(6),
  /** Days by which a commit may reach the branch after its own time; a later run looks back so far. */
  commitDelayDays: z.number().min(0).default(14),
  /** Days for which a workflow run may still change; a later run looks back so far. */
  workflowRunDays: z.number().min(0).default(3),
  /** Of GitHub Enterprise Server: `https://HOST/api/v3`. */
  baseUrl: z.string().default('https://api.github.com'),
});

export type GithubConfig = z.output<typeof config>;

/** The repositories that a source reads, as `owner/name`. */
export const repositoriesOf = ({ owner, repo, repositories }: GithubConfig): readonly string[] =>
  repositories ?? [`${owner}/${repo}`];

/**
 * @throws CONFIG_MISSING where no repository is named, CONFIG_INVALID where it is done in both ways
 */
export function checkRepositories({ owner, repo, repositories }: GithubConfig): void {
  if (repositories !== undefined) {
    if (owner === undefined && repo === undefined) return;
    throw new TidemarkError(
      'CONFIG_INVALID',
      `The source "github" has "repositories" (${repositories.join(', ')}) beside "owner" or "repo" (${owner ?? ''}/${repo ?? ''}). Keep one of them.`,
    );
  }
  const missing = owner === undefined ? 'owner' : repo === undefined ? 'repo' : undefined;
  if (missing === undefined) return;
  throw new TidemarkError(
    'CONFIG_MISSING',
    `The source "github" lacks "${missing}". Give "owner" and "repo", or "repositories", in code or as ` +
      'SOURCES__GITHUB__OWNER and SOURCES__GITHUB__REPO, or SOURCES__GITHUB__REPOSITORIES=["owner/name"].',
    { details: { key: missing } },
  );
}
