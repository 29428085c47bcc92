import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Does the tutorial word by word, as a reader who has one of the package managers.
 *
 * @param options.root the tree, built with its tests
 * @param options.cwd the empty folder in which it begins
 * @param options.manager `npm`, `pnpm` or `yarn`: a column of the table in docs/install.md that says how each spells commands
 * @param options.programs texts of shell scripts that come first on `PATH`, by their names
 * @param options.env variables that lead the manager to a registry
 * @returns how many steps it had
 * @throws Error that names the step, with what was printed and what the page prints
 */
export async function doTutorial({ root, cwd, manager, programs, env }) {
  const { openTerminal, pathWith } = require(path.join(root, 'dist', 'test', 'docs', 'terminal.js'));
  const { doPage } = require(path.join(root, 'dist', 'test', 'docs', 'tutorial.js'));
  const page = (name) => readFileSync(path.join(root, 'docs', name), 'utf8');
  const spell = spelling(page('install.md'), manager);
  const terminal = openTerminal(cwd, (home) => ({ ...env, PATH: pathWith(home, programs) }));
  try {
    return `${await doPage(page('tutorial.md'), terminal, { name: 'docs/tutorial.md', spell })} steps`;
  } finally {
    await terminal.close();
  }
}

/** By a table whose first row names the managers; its rows say how commands begin, the longer ones first. */
function spelling(text, manager) {
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  const head = rows.findIndex(([first]) => first === 'npm');
  const column = rows[head]?.indexOf(manager) ?? -1;
  if (column < 0) throw new Error(`docs/install.md has no table with a column "${manager}".`);
  const known = rows.slice(head + 2).map((row) => [row[0], row[column]]);
  return (command) => {
    if (!/^np[mx] /.test(command)) return command;
    const row = known.find(([from]) => `${command} `.startsWith(`${from} `));
    if (row !== undefined) return row[1] + command.slice(row[0].length);
    throw new Error(`The table of docs/install.md doesn't say what "${command}" is with ${manager}.`);
  };
}
