import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(__dirname);

/** Folders of src, left to right: a file may import from its own folder and from those left of it. */
const ORDER = [
  ...[
    'errors',
    'value',
    'interval',
    'incremental',
    'config',
    'http',
    'source',
    'sources',
    'schema',
    'normalize',
  ],
  ...['contracts', 'plan', 'state', 'ledger', 'destination', 'pipeline', 'run', 'temporal', 'plugin', 'cli'],
] as const;

function files(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

function importsOf(file: string): { from: string; typeOnly: boolean }[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found: { from: string; typeOnly: boolean }[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s(type\s)?[^;]*?from '(\.[^']*)'/gms))
    found.push({
      from: path.normalize(path.join(path.dirname(file), match[2]!)),
      typeOnly: match[1] !== undefined,
    });
  return found;
}

/** The text of a file without its comments. */
const codeOf = (file: string): string =>
  readFileSync(path.join(root, file), 'utf8').replace(/\/\*.*?\*\/|^\s*\/\/[^\n]*/gms, '');

const folderOf = (file: string): string => file.split(path.sep)[1]!;

describe('the direction of dependencies', () => {
  test('every folder of src has its place', () => {
    const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.filter((folder) => !(ORDER as readonly string[]).includes(folder))).toEqual([]);
  });

  test('a file of src imports only from its own folder and from those left of it', () => {
    const wrong = files('src')
      .filter((file) => file !== path.join('src', 'index.ts'))
      .flatMap((file) =>
        importsOf(file)
          .filter(
            ({ from }) =>
              (!from.startsWith(`src${path.sep}`) &&
                !(['cli', 'plugin'].includes(folderOf(file)) && /^(activities|workers)\b/.test(from))) ||
              ORDER.indexOf(folderOf(from) as (typeof ORDER)[number]) >
                ORDER.indexOf(folderOf(file) as (typeof ORDER)[number]),
          )
          .filter(
            ({ from, typeOnly }) =>
              !(typeOnly && (from.startsWith('workflows') || from.startsWith('activities'))),
          )
          .map(({ from }) => `${file} → ${from}`),
      );
    expect(wrong).toEqual([]);
  });

  test('workflow code imports intervals, contracts, what becomes of tasks, and types of activities; nothing else of ours', () => {
    const allowed = ['src/interval', 'src/contracts', 'src/plan/tasks', 'workflows'].map(path.normalize);
    const wrong = files('workflows').flatMap((file) =>
      importsOf(file)
        .filter(
          ({ from, typeOnly }) =>
            !allowed.some((at) => from.startsWith(at)) && !(typeOnly && from.startsWith('activities')),
        )
        .map(({ from }) => `${file} → ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  test('what workflows import of src/plan imports nothing but intervals, contracts and itself', () => {
    const tasks = path.join('src', 'plan', 'tasks');
    const allowed = [path.join('src', 'interval'), path.join('src', 'contracts'), tasks];
    const wrong = files(tasks).flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => !allowed.some((at) => from === at || from.startsWith(`${at}${path.sep}`)))
        .map(({ from }) => `${file} → ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  test('only src/config reads the environment', () => {
    const readers = ['src', 'activities', 'workers', 'workflows']
      .flatMap(files)
      .filter((file) => !file.startsWith(path.join('src', 'config')))
      .filter((file) => /process\.env\b/.test(codeOf(file)));
    expect(readers).toEqual([]);
  });
});
