// A process that copies a dataset from one DuckDB file to another and is killed on the way: in the transaction of its first
// table, just after that was committed, or with a table that was told as brought.
import { armFailpoint, duckdb } from '../../src/destination';

async function main([from = '', to = '', where = '']: readonly string[]): Promise<void> {
  const [source, target] = await Promise.all(
    [from, to].map((path) => duckdb({ path }).open({ pipeline: 'shop', dataset: 'data', workDir: '.' })),
  );
  armFailpoint(where);
  await source!.contents((contents) =>
    target!.receive(contents, {
      clock: Date.now,
      onProgress: ({ table, step }) => {
        if (`${step} ${table}` === where) process.kill(process.pid, 'SIGKILL');
      },
    }),
  );
}

void main(process.argv.slice(2));
