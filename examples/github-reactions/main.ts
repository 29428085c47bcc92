// node dist/examples/github-reactions/main.js duckdb/duckdb; a token in GITHUB_TOKEN is used if there is one.
import { duckdb, pipeline } from '../../src';
import { loadTopReactions } from './top-reactions';

async function main(repository: string | undefined): Promise<void> {
  if (repository === undefined) throw new Error('Which repository? Write owner/name.');
  const accessToken = process.env['GITHUB_TOKEN'];
  await using target = pipeline({
    name: 'github_reactions',
    destination: duckdb({ path: 'github.duckdb' }),
    dataset: 'github',
  });
  console.log(String(await loadTopReactions(target, { repository, accessToken })));
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
