#!/usr/bin/env node
import { runCli } from './run-cli';

// Who reads has gone, as `| head` does: what is under way goes on, and nothing more is told.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

// Ends the process once everything is written: an idle connection or an open database must not hold it.
void runCli(process.argv.slice(2)).then((code) => {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
});
