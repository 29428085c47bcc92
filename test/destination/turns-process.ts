// A process that works on a DuckDB file without a pause: inserts a row, again and again, until its input ends.
import { duckdb, withLoadWatch } from '../../src/destination';

async function main([file = '']: readonly string[]): Promise<void> {
  let over = false;
  process.stdin.resume().once('end', () => {
    over = true;
  });
  const dataset = await duckdb({ path: file }).open({ pipeline: 'p', dataset: 'd', workDir: '.' });
  await withLoadWatch({ lockWaitMs: 30_000 }, async () => {
    for (let row = 1; !over; row += 1) {
      const run = { loadKey: `${process.pid}-${row}`, workflowId: 'w', runId: 'r', attempt: 1 };
      await dataset.claim([run]);
      console.log('worked');
    }
  });
  await dataset.close();
}

void main(process.argv.slice(2));
