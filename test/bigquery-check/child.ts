/**
 * One load in a process of its own: `child.js ORDER`, ORDER being JSON. TIDEMARK_FAILPOINT names the line of the commit at which it
 * kills itself, CHECK_STOP_AT the one at which it prints `stopped` and stands still until it is written to. Prints `done STATUS`.
 */
import { armFailpoint } from '../../src/destination/failpoint';
import { stopping } from '../torture/stopping';
import { loadItems, type Order } from './load-items';

async function main(): Promise<void> {
  const order = JSON.parse(process.argv[2]!) as Order;
  armFailpoint(process.env['TIDEMARK_FAILPOINT']);
  const status = await stopping(process.env['CHECK_STOP_AT'], () => loadItems(order));
  process.stdout.write(`done ${status}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
