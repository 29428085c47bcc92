// TOKEN=… node dist/examples/testing/record.js https://api.shop.example
import { loadForTest, recordAnswers } from 'tidemark/testing';
import { shop } from './shop';

/** Records what the source asks of the API today. */
export async function record(upstream: string, token: string): Promise<readonly string[]> {
  await using recorder = await recordAnswers({ folder: 'examples/testing/answers', upstream });
  await loadForTest(shop({ token, baseUrl: recorder.url }));
  return recorder.files;
}

if (require.main === module)
  record(process.argv[2] ?? 'https://api.shop.example', process.env['TOKEN'] ?? '').then(
    (files) => console.log(files.join('\n')),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
