// Several resources over HTTP, `parallel` of them at a time, from an API that answers slowly.
import path from 'node:path';
import { defineSource, duckdb, incremental, nextLink, pipeline, resource } from '../../src';
import { DATABASE, DATASET, type ResourcesTask } from '../task';
import { contend, taskOf } from './report';

const { resources, url, delayMs, parallel, folder } = taskOf<ResourcesTask>();

const source = defineSource({
  name: 'bench',
  http: { baseUrl: url },
  resources: () =>
    resources.map(({ name, pages }) =>
      resource({
        name,
        primaryKey: 'id',
        incremental: {
          cursor: incremental({ cursor: 'created_at', type: 'iso', initialValue: '2000-01-01T00:00:00Z' }),
        },
        async *extract({ http }) {
          const answers = http.pages<{ readonly rows: Readonly<Record<string, unknown>>[] }>(
            `/${path.basename(pages.folder)}`,
            {
              params: { first: pages.first, count: pages.count, delay: delayMs },
              next: nextLink('next_page', { doneWhen: 'end_of_stream' }),
            },
          );
          for await (const { rows } of answers) yield rows;
        },
      }),
    ),
});

contend(async () => {
  const target = pipeline({
    name: 'bench',
    destination: duckdb({ path: path.join(folder, DATABASE) }),
    dataset: DATASET,
    workDir: path.join(folder, 'work'),
  });
  await target.run(source(), { parallel });
  await target.close();
  return undefined;
});
