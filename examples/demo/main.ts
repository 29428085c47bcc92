// `npm run demo`: a Temporal server, an API to load from, a worker, and two pipelines; ends with what was loaded. With `--keep` it stays
// up and serves the page; with `--fail-day 2023-05-10` the API refuses the week of that day until all others are loaded.
// What a user would write is the checkout's temporal.config.ts; everything here only brings it up and shows it.
import { printError } from '../../src/cli/output/error';
import { formatDuration, formatInterval } from '../../src/cli/output/format';
import { styleFor } from '../../src/cli/output/style';
import { createTerminal, type Terminal } from '../../src/cli/output/terminal';
import { pageClient, servePage } from '../../src/cli/page/serve-page';
import { aborted, interruption } from '../../src/cli/session/interruption';
import { logToTerminal } from '../../src/cli/worker/runtime-log';
import { redact, resolveConfig } from '../../src/config';
import type { EntryConfig } from '../../src/run';
import type { TemporalAccess } from '../../src/temporal';
import demoConfig, { backfill, daily } from '../../temporal.config';
import { createWorker } from '../../workers';
import { startZendeskEmulator, type ZendeskEmulator } from '../zendesk-emulator';
import { failInterval, failingOf } from './fail-day';
import { loadPipeline } from './load-pipeline';
import { openServer } from './open-server';
import { printSummary } from './summary';

async function main(terminal: Terminal, interrupted: AbortSignal, args: readonly string[]): Promise<void> {
  const startedAt = Date.now();
  const keep = args.includes('--keep');
  const style = styleFor(terminal.colour);
  const config = resolveConfig(demoConfig);
  const failing = failingOf(config.pipelines.find(({ name }) => name === backfill.name)!, args);

  const access = await openServer({ terminal, config, signal: interrupted });
  const emulator = await startEmulator();
  terminal.err(`${style.bold('Zendesk')}   an emulator of its incremental exports, at ${emulator.url}`);
  if (failing !== undefined) {
    failInterval(failing, emulator);
    const what = formatInterval(failing);
    terminal.err(`${style.bold('Fault')}     it refuses what it has of ${what} until the others are loaded`);
  }
  logToTerminal(terminal, { failures: false });
  const worker = await createWorker({ access, config });
  terminal.err(`${style.bold('Worker')}    on task queue "${config.temporal.taskQueue}"`);
  try {
    const call = { terminal, config, client: access.client, worker, interrupted };
    const weekly = await loadPipeline({
      ...call,
      pipeline: backfill.name,
      what: 'week by week, February to July 2023',
      goesOn: failing !== undefined,
    });
    emulator.setFaults({});
    if (failing !== undefined && weekly.failed === 0)
      terminal.err('  that week was loaded before; remove ".tidemark" to see it fail');
    const recent = await loadPipeline({
      ...call,
      pipeline: daily.name,
      what: 'day by day: the last complete day',
    });
    await printSummary({ terminal, emulator, results: [weekly, recent], uiUrl: access.uiUrl, keep });
    terminal.err(style.dim(`Done in ${formatDuration(Date.now() - startedAt)}.`));
    if (keep) await keepUp({ terminal, interrupted, config, access });
  } finally {
    await worker.stop().catch(() => undefined);
    await emulator.close();
    await Promise.all([backfill.close(), daily.close()]);
    await access.close();
  }
}

/** Serves the page beside server, API and worker until Ctrl-C. */
async function keepUp(call: {
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
  readonly config: EntryConfig;
  readonly access: TemporalAccess;
}): Promise<void> {
  const { terminal, interrupted, config, access } = call;
  const client = pageClient(call, { config, directory: process.cwd() }, access);
  const ui = await servePage({ terminal, client, options: {} });
  try {
    terminal.err(`${styleFor(terminal.colour).bold('Page')}      ${ui.link}`);
    terminal.err('Server, API, worker and page stay up; Ctrl-C stops.');
    await aborted(interrupted);
  } finally {
    await ui.close();
  }
}

/** The API, over data from 2023 until tomorrow; where it is and its account reach the source as any account would. */
async function startEmulator(): Promise<ZendeskEmulator> {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const emulator = await startZendeskEmulator({ from: '2023-01-01T00:00:00Z', to: tomorrow });
  Object.assign(process.env, {
    SOURCES__ZENDESK__BASE_URL: emulator.url,
    SOURCES__ZENDESK__CREDENTIALS__SUBDOMAIN: emulator.credentials.subdomain,
    SOURCES__ZENDESK__CREDENTIALS__EMAIL: emulator.credentials.email,
    SOURCES__ZENDESK__CREDENTIALS__PASSWORD: emulator.credentials.password,
  });
  return emulator;
}

const terminal = createTerminal({ stdout: process.stdout, stderr: process.stderr, redact });
const { signal } = interruption(terminal);
const end = (code: number): void => {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
};
main(terminal, signal, process.argv.slice(2)).then(
  () => end(0),
  (error: unknown) => {
    printError(terminal, error, { verbose: process.argv.includes('--verbose'), json: false });
    end(1);
  },
);
