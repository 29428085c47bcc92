// Without Temporal: `npx tsx load.ts` loads what is new since the last call, for the first time everything since 2000.
import { duckdb, pipeline } from 'tidemark';
import { zendesk } from 'tidemark/sources/zendesk';

async function main(): Promise<void> {
  await using zendeskPipeline = pipeline({
    name: 'zendesk',
    destination: duckdb({ path: 'zendesk.duckdb' }),
    dataset: 'zendesk_data',
  });
  const info = await zendeskPipeline.run(zendesk());
  console.log(String(info));
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
