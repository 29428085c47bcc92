import type { ProjectParts } from './templates';

/** What must not be committed: working files, secrets, what is loaded. */
export const IGNORED = ['node_modules/', '.tidemark/', '.env', '.dlt/', '*.duckdb', '*.duckdb.*'];

/** For the editor and for `npm run check`; `module: node20` takes `.ts` files as Node takes them. */
export const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable'],
      module: 'node20',
      types: ['node'],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    },
  },
  null,
  2,
)}\n`;

/** The README of a new project: what it is, and the next commands. */
export function readmeOf(name: string, { about, files, before, pipeline, secrets }: ProjectParts): string {
  const settings = '.env.example' in files && secrets === undefined;
  const commands = [
    'npm install',
    ...(settings ? ['cp .env.example .env   # then fill it in; it is not committed'] : []),
    'npx tidemark dev',
  ];
  const first = pipeline ?? 'PIPELINE';
  return `# ${name}

Loads ${about}. By tidemark, on Temporal.

\`\`\`sh
${commands.join('\n')}
\`\`\`
${before.length === 0 ? '' : `\nBefore that: ${before.join('; ')}.\n`}
\`tidemark dev\` starts a Temporal server for development (it needs Python 3 with pip, once), a worker and a page, and follows
changes of \`temporal.config.ts\`. With \`TEMPORAL_ADDRESS\` it uses a server of yours.

| command | what it does |
|---|---|
| \`npx tidemark preview ${first} --limit 5\` | the rows and tables that would arise; writes nothing |
| \`npx tidemark run --all\` | loads now: the newest complete interval, or what is new |
| \`npx tidemark backfill ${first} --dry-run\` | which intervals are missing |
| \`npx tidemark status\` | what runs, what is loaded |
| \`npx tidemark query "SELECT …"\` | looks at what was loaded |
| \`npm run check\` | checks the types of \`temporal.config.ts\` |
`;
}
