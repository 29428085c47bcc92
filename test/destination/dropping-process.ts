// A process that drops a resource and kills itself at a point of that: `dropping-process.js DESTINATION FAILPOINT`, DESTINATION being
// the options of a DuckDB file or of a Postgres server, as JSON.
import { armFailpoint, duckdb, postgres } from '../../src/destination';

async function main([kind = '', options = '', where = '']: readonly string[]): Promise<void> {
  const given = JSON.parse(options);
  const destination = kind === 'duckdb' ? duckdb(given) : postgres(given);
  const dataset = await destination.open({ pipeline: 'p', dataset: 'data', workDir: '.' });
  armFailpoint(where);
  await dataset.dropResources({
    parts: [{ pipeline: 'p', source: 'shop', resources: ['items'] }],
    tables: true,
    state: true,
    clock: Date.now,
  });
}

void main(process.argv.slice(2));
