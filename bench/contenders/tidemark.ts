// tidemark as a user has it: a source, a pipeline, a run. With a `url` the pages come over HTTP, else from their files.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  defineSource,
  duckdb,
  type Http,
  type Incremental,
  incremental,
  nextLink,
  pipeline,
  postgres,
  resource,
} from '../../src';
import { DATABASE, DATASET, type LoadTask, pageFile, pageNumbers } from '../task';
import { contend, taskOf } from './report';

const task = taskOf<LoadTask>();
const { shape, disposition, pages, folder, url, postgres: server } = task;

type Rows = Readonly<Record<string, unknown>>[];

async function* fromFiles(): AsyncGenerator<Rows, void, void> {
  for (const page of pageNumbers(pages))
    yield JSON.parse((await readFile(pageFile(pages, page))).toString('utf8')) as Rows;
}

async function* overHttp(http: Http): AsyncGenerator<Rows, void, void> {
  const answers = http.pages<{ readonly rows: Rows }>(`/${path.basename(pages.folder)}`, {
    params: { first: pages.first, count: pages.count },
    next: nextLink('next_page', { doneWhen: 'end_of_stream' }),
  });
  for await (const { rows } of answers) yield rows;
}

/** An author's loop: a page at a time, until the range ends. */
async function* extract(cursor: Incremental, http: Http): AsyncGenerator<Rows, void, void> {
  for await (const rows of url === undefined ? fromFiles() : overHttp(http)) {
    yield rows;
    if (cursor.endOutOfRange) return;
  }
}

const settings = { primaryKey: 'id', writeDisposition: disposition } as const;
const source = defineSource({
  name: 'bench',
  http: { baseUrl: url },
  resources: () => [
    resource({
      name: 'events',
      ...settings,
      incremental: { cursor: incremental({ cursor: 'timestamp', type: 'unix', initialValue: 0 }) },
      extract: ({ incremental: { cursor }, http }) => extract(cursor, http),
    }),
    resource({
      name: 'flat',
      ...settings,
      incremental: {
        cursor: incremental({ cursor: 'created_at', type: 'iso', initialValue: '2000-01-01T00:00:00Z' }),
      },
      extract: ({ incremental: { cursor }, http }) => extract(cursor, http),
    }),
  ],
});

contend(async () => {
  const target = pipeline({
    name: 'bench',
    destination:
      server === undefined
        ? duckdb({ path: path.join(folder, DATABASE) })
        : postgres({ connectionString: server }),
    dataset: DATASET,
    workDir: path.join(folder, 'work'),
  });
  await target.run(source().withResources(shape));
  await target.close();
  return undefined;
});
