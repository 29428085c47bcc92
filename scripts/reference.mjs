// Writes the reference of the command line from what it is made of: docs/cli.md below its marker, and docs/reference/json.
// Run it after a build: npm run -s reference
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

const require = createRequire(import.meta.url);
const root = path.dirname(import.meta.dirname);
const cli = (name) => require(path.join(root, 'dist', 'src', 'cli', name));

const MARKER = '<!-- Below this line all is written by scripts/reference.mjs. -->';
const PAGE = 'docs/cli.md';
const FOLDER = 'docs/reference/json';

/** The files of the reference: their texts by their paths. */
export function referenceFiles() {
  return { [PAGE]: page(), ...schemas() };
}

const fileOf = (words) => `${words.replaceAll(' ', '-')}.json`;

function schemas() {
  const { JSON_ERROR, JSON_OUTPUTS } = cli('json');
  const outputs = [...Object.entries(JSON_OUTPUTS), ['error', JSON_ERROR]];
  return Object.fromEntries(
    outputs.map(([words, output]) => {
      const schema = z.toJSONSchema(output, {
        // a later version may give more: who reads it is not to refuse that
        override: ({ jsonSchema }) => {
          if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        },
      });
      const { $schema, ...rest } = schema;
      const title = words === 'error' ? 'a command that fails, with --json' : `tidemark ${words} --json`;
      return [`${FOLDER}/${fileOf(words)}`, `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`];
    }),
  );
}

function page() {
  const text = readFileSync(path.join(root, PAGE), 'utf8');
  const end = text.indexOf(MARKER);
  if (end < 0) throw new Error(`${PAGE} has no line "${MARKER}".`);
  return `${text.slice(0, end)}${MARKER}\n\n${commandsText()}`;
}

/** A heading for each command, with its arguments, options, examples and the schema of its JSON. */
function commandsText() {
  const { buildProgram } = cli('program');
  const program = buildProgram({ columns: 100, out() {}, err() {} }, () => () => Promise.resolve());
  const visit = (command) => {
    const below = command.createHelp().visibleCommands(command);
    return below.length === 0 ? [commandText(command)] : below.flatMap(visit);
  };
  const everywhere = `## Options of every command\n\n${table(program.options.map(optionRow))}`;
  return [everywhere, ...visit(program)].join('\n');
}

function commandText(command) {
  const { examplesOf, wordsOf } = cli('examples');
  const { JSON_OUTPUTS } = cli('json');
  const words = wordsOf(command);
  const rows = [
    ...command.registeredArguments.map((one) => [argumentText(one), one.description]),
    ...command.options.map(optionRow),
  ];
  const examples = examplesOf(command).flatMap(({ line, why }) => [`# ${why}`, line]);
  const json =
    JSON_OUTPUTS[words] === undefined
      ? []
      : ['', `\`--json\` gives [${fileOf(words)}](reference/json/${fileOf(words)}).`];
  return [
    `## tidemark ${words}`,
    '',
    `${sentence(command.description())}`,
    ...(rows.length === 0 ? [] : ['', table(rows).trimEnd()]),
    '',
    '```sh',
    ...examples,
    '```',
    ...json,
    '',
  ].join('\n');
}

const argumentText = (one) => {
  const name = one.variadic ? `${one.name()}...` : one.name();
  return `\`${one.required ? `<${name}>` : `[${name}]`}\``;
};

function optionRow({ flags, description, defaultValue, argChoices, negate }) {
  // a row of a table can't be broken
  const listed = argChoices?.join(', ') ?? '';
  const choices = listed === '' ? '' : listed.length > 60 ? ': one that the help lists' : `: ${listed}`;
  const given = defaultValue !== undefined && defaultValue !== false && !negate;
  return [`\`${flags}\``, `${description}${choices}${given ? ` (default: ${defaultValue})` : ''}`];
}

const table = (rows) =>
  `| | |\n|---|---|\n${rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')}\n`;

const sentence = (text) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

if (process.argv[1] === import.meta.filename) {
  const files = referenceFiles();
  rmSync(path.join(root, FOLDER), { recursive: true, force: true });
  mkdirSync(path.join(root, FOLDER), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(root, file), text);
}
