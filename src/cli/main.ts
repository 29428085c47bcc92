#!/usr/bin/env node
import { runCli } from './run-cli';

// Ends the process once everything is written: an idle connection or an open database must not hold it.
void runCli(process.argv.slice(2)).then((code) => {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
});
