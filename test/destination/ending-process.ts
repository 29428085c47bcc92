// A process that commits a row to a DuckDB file and has it open still when it ends, as told: by an exit, by a kill, or by a
// kill while other work runs.
import { fileLeases } from '../../src/destination/duckdb/file-leases';

async function main([file = '', how]: readonly string[]): Promise<void> {
  fileLeases.retain(file);
  await fileLeases.withConnection(file, async ({ connection }) => {
    await connection.run('CREATE TABLE items (id INTEGER)');
    await connection.run('INSERT INTO items VALUES (1)');
    if (how === 'killed at work') {
      await connection.run('BEGIN');
      await connection.run('INSERT INTO items VALUES (2)');
      process.kill(process.pid, 'SIGKILL');
    }
  });
  if (how === 'killed') process.kill(process.pid, 'SIGKILL');
  if (how === 'exit') process.exit();
}

void main(process.argv.slice(2));
