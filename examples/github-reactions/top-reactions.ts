// Ad-hoc data: the issues with most reactions of each kind, in one merge, since the lists overlap.
import { bearer, defineSource, type LoadInfo, type Pipeline, resource, type Secret } from '../../src';

/** GitHub's names for sorting by reactions; `+1` needs its sign encoded, or it would arrive as a space. */
const REACTIONS = ['+1', '-1', 'smile', 'tada', 'thinking_face', 'heart', 'rocket', 'eyes'] as const;
const PAGES = 2;

interface TopReactionsOptions {
  /** `duckdb/duckdb` */
  readonly repository: string;
  readonly accessToken?: Secret | string | undefined;
  /** @default 'https://api.github.com' */
  readonly baseUrl?: string;
  /** Called with a line for each page, which says what is left of the rate limit. */
  readonly onPage?: (line: string) => void;
}

/** Loads the issues with most reactions into the table `issues`, one row for each. */
export async function loadTopReactions(
  pipeline: Pipeline,
  { repository, accessToken, baseUrl = 'https://api.github.com', onPage = console.log }: TopReactionsOptions,
): Promise<LoadInfo> {
  const lists = defineSource({
    name: 'top_reactions',
    http: {
      baseUrl,
      auth: accessToken === undefined ? undefined : bearer(accessToken),
      limitHeaders: [
        { remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset', resetIs: 'epochSeconds' },
      ],
    },
    resources: () => [
      resource({
        name: 'issues',
        async *extract({ http }) {
          for (const reaction of REACTIONS)
            for (let page = 1; page <= PAGES; page += 1) {
              const { body, headers } = await http.request<Record<string, unknown>[]>({
                path: `/repos/${repository}/issues`,
                params: { state: 'all', sort: `reactions-${reaction}`, per_page: 100, page },
              });
              onPage(`${reaction}, page ${page}: ${headers['x-ratelimit-remaining']} requests left`);
              yield body;
            }
        },
      }),
    ],
  });
  const issues: unknown[] = [];
  for await (const issue of lists()) issues.push(issue);
  return pipeline.run(issues, { tableName: 'issues', writeDisposition: 'merge', primaryKey: 'id' });
}
