import type { Command } from 'commander';

/** A command line as it is typed, and what it is for. */
export interface Example {
  readonly line: string;
  readonly why: string;
}

/**
 * One to three examples of each command, by its words. They stand in its help and in docs/cli.md; a test asks that each is
 * understood, and that no command has none.
 */
const EXAMPLES: Readonly<Record<string, readonly (readonly [line: string, why: string])[]>> = {
  init: [
    ['tidemark init shop --source github', 'a project in the folder "shop" that loads from GitHub'],
    ['tidemark init --pipeline src/shop.ts', 'a config that schedules a pipeline of yours'],
  ],
  dev: [['tidemark dev', 'work on a project: the page, the runs and each change of the config']],
  ui: [
    ['tidemark ui', 'the page, on this machine alone'],
    ['tidemark ui --host 0.0.0.0 --read-only', 'for others to look at; the link that is printed has a token'],
  ],
  worker: [
    ['tidemark worker', 'run what is scheduled'],
    [
      'tidemark worker --health-port 8080 --metrics-port 9464',
      'for a supervisor that asks whether it is well',
    ],
  ],
  deploy: [
    ['tidemark deploy --dry-run', 'what a deployment would change'],
    ['tidemark deploy --prune', 'bring the server in line, and delete Schedules of pipelines that are gone'],
  ],
  run: [
    ['tidemark run shop --interval-at 2024-02-12', 'the complete interval before 12 February'],
    [
      'tidemark run shop -r orders --from 2024-01-01 --to 2024-02-01 --local',
      'one resource for January, here',
    ],
    ['tidemark run --all --local', 'every pipeline of the config once, one after the other'],
  ],
  backfill: [
    ['tidemark backfill shop --dry-run', 'which intervals are missing, and why'],
    [
      'tidemark backfill shop --from 2024-01-01 --parallel 4',
      'load what is missing since January, four at a time',
    ],
    ['tidemark backfill shop --failed --chunk month', 'once more what failed, month by month'],
  ],
  'schema show': [['tidemark schema show shop --table orders', 'the columns of a table, and when each came']],
  'schema export': [
    ['tidemark schema export shop --format dbt', 'the tables as sources of a dbt project'],
    ['tidemark schema export shop --format sql', 'the tables as SQL'],
  ],
  'schema diff': [
    ['tidemark schema diff shop', 'what the newest version changed'],
    ['tidemark schema diff shop --with shop_test', 'what another pipeline has otherwise'],
  ],
  trace: [['tidemark trace shop 2024-02-11', 'where the time went of the run that loaded that day']],
  drop: [
    ['tidemark drop shop orders --dry-run', 'what would go: tables, rows, cursors'],
    ['tidemark drop shop orders --state-only --yes', "a resource's cursors alone, without a question"],
  ],
  preview: [
    ['tidemark preview shop -r orders -n 3', 'three rows of a resource and the tables they would make'],
  ],
  status: [
    ['tidemark status', 'how every pipeline stands'],
    ['tidemark status shop --json', 'one pipeline, for a program'],
  ],
  intervals: [
    ['tidemark intervals shop --from 2024-01-01', 'what is loaded and missing since January'],
    ['tidemark intervals shop -r orders -r users', 'of two resources'],
  ],
  show: [
    ['tidemark show tidemark-shop-catchup', 'watch a backfill, or see how it ended'],
    ['tidemark show shop 2024-01-31', 'the interval that a date lies in'],
  ],
  pause: [
    ["tidemark pause shop --reason 'the API is down'", 'no scheduled run starts until it is resumed'],
    ['tidemark pause tidemark-shop-catchup', 'a backfill: the intervals that run go on'],
  ],
  resume: [['tidemark resume shop', 'let the Schedule of a pipeline start runs again']],
  cancel: [['tidemark cancel tidemark-shop-catchup', 'end a backfill; what is loaded stays']],
  resize: [['tidemark resize tidemark-shop-catchup --parallel 8', 'eight intervals at a time']],
  'state show': [['tidemark state show shop -r orders', 'the cursor of a resource']],
  'state set': [['tidemark state set shop 2024-01-01 -r orders', 'the next run loads from January on']],
  'state reset': [
    ['tidemark state reset shop -r orders', 'the next run of a resource begins anew'],
    ['tidemark state reset shop --all', 'of every resource'],
  ],
  query: [
    ["tidemark query 'select count(*) from orders'", 'a figure of the only dataset'],
    [
      "tidemark query 'select * from orders limit 5' -p shop --json",
      'rows of the dataset of a pipeline, as JSON',
    ],
  ],
  copy: [
    ['tidemark copy shop --to duckdb:backup.duckdb --dry-run', 'what would be copied'],
    ['tidemark copy shop --to postgres', 'to the server of the config'],
  ],
  doctor: [['tidemark doctor', 'whether all is there that a load needs']],
  validate: [
    ['tidemark validate', 'before a commit: is the config right?'],
    ['tidemark validate --secrets --json', 'before a deployment: are the secrets there, too?'],
  ],
  conformance: [
    ['tidemark conformance -d ./sqlite.ts', 'a destination of your own'],
    ['tidemark conformance -d duckdb --only atomic --only state', 'two kinds of checks'],
  ],
  completion: [
    ['tidemark completion bash > ~/.local/share/bash-completion/completions/tidemark', 'for bash'],
    ['tidemark completion zsh > ~/.zfunc/_tidemark', 'for zsh, where ~/.zfunc is in fpath'],
    ['tidemark completion fish > ~/.config/fish/completions/tidemark.fish', 'for fish'],
  ],
  help: [['tidemark help state set', 'the same as tidemark state set --help']],
};

/** The words by which a command is called, such as `state set`; empty for the program itself. */
export function wordsOf(command: Command): string {
  return command.parent === null ? '' : `${wordsOf(command.parent)} ${command.name()}`.trim();
}

/** Those of a command; none where it only has commands below it. */
export function examplesOf(command: Command): readonly Example[] {
  return (EXAMPLES[wordsOf(command)] ?? []).map(([line, why]) => ({ line, why }));
}

/** Puts its examples at the end of the help of each command. */
export function addExamples(command: Command): void {
  for (const below of command.commands) addExamples(below);
  const examples = examplesOf(command);
  if (examples.length === 0) return;
  const text = examples.map(({ line, why }) => `  # ${why}\n  ${line}`).join('\n');
  command.addHelpText('after', `\nExamples:\n${text}`);
}
