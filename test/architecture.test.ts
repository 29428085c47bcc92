import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { circlesIn, filesIn, importsOf } from './import-graph';
import { ROOT } from './root';

/** Folders of src, left to right: a file may import from its own folder and from those left of it. */
const ORDER = [
  ...[
    'redaction',
    'errors',
    'value',
    'options',
    'optional-package',
    'duckdb-values',
    'interval',
    'incremental',
    'config',
    'http',
    'postgres-client',
    's3-client',
    'schema',
    'source',
    'sources',
    'normalize',
  ],
  ...[
    'contracts',
    'plan',
    'state',
    'ledger',
    'destination',
    'pipeline',
    'conformance',
    'testing',
    'run',
    'temporal',
    'operate',
    'plugin',
    'ui',
    'cli',
  ],
] as const;

/** The parts of the package whose files import each other by rule. */
const PARTS = ['src', 'workflows', 'activities', 'workers'];

const files = (folder: string): readonly string[] => filesIn(ROOT, folder);

/** The text of a file without its comments. */
const codeOf = (file: string): string =>
  readFileSync(path.join(ROOT, file), 'utf8').replace(/\/\*.*?\*\/|^\s*\/\/[^\n]*/gms, '');

const folderOf = (file: string): string => file.split(path.sep)[1]!;

/** What workflows may have of planning: a folder by itself, since the others of src/plan are not deterministic. */
const TASKS = path.join('src', 'plan', 'tasks');

/** The folder whose index speaks for a file: `src/http`, `workers`; of a file at the top of src, `src`. */
function ownerOf(file: string): string {
  if (path.dirname(file) === TASKS) return TASKS;
  const [top, ...below] = file.split(path.sep);
  return top === 'src' && below.length > 1 ? path.join(top, below[0]!) : top!;
}

describe('the way files import each other', () => {
  test('no circles, types included', () => {
    const imports = new Map(
      PARTS.flatMap(files).map((file) => [file, importsOf(ROOT, file).map((one) => one.file)]),
    );
    expect(circlesIn(imports)).toEqual([]);
  });

  test("another folder is imported by its index, '../errors', and a file of one's own by its name", () => {
    const wrong = PARTS.flatMap(files).flatMap((file) =>
      importsOf(ROOT, file)
        .filter(({ specifier, file: from, dynamic }) => {
          if (dynamic) return false;
          if (path.basename(specifier) === 'index') return true;
          const owner = ownerOf(from);
          return owner === ownerOf(file)
            ? from === path.join(owner, 'index.ts')
            : from !== path.join(owner, 'index.ts');
        })
        .map(({ specifier }) => `${file} → ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the direction of dependencies', () => {
  test('every folder of src has its place', () => {
    const folders = readdirSync(path.join(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.filter((folder) => !(ORDER as readonly string[]).includes(folder))).toEqual([]);
  });

  test('a file of src imports only from its own folder and from those left of it', () => {
    const wrong = files('src')
      .filter((file) => file !== path.join('src', 'index.ts'))
      .flatMap((file) =>
        importsOf(ROOT, file)
          .filter(
            ({ file: from }) =>
              (!from.startsWith(`src${path.sep}`) &&
                !(['cli', 'plugin'].includes(folderOf(file)) && /^(activities|workers)\b/.test(from))) ||
              ORDER.indexOf(folderOf(from) as (typeof ORDER)[number]) >
                ORDER.indexOf(folderOf(file) as (typeof ORDER)[number]),
          )
          .filter(
            ({ file: from, typeOnly }) =>
              !(typeOnly && (from.startsWith('workflows') || from.startsWith('activities'))),
          )
          .map(({ file: from }) => `${file} → ${from}`),
      );
    expect(wrong).toEqual([]);
  });

  test('workflow code imports intervals, contracts, what becomes of tasks, and types of activities; nothing else of ours', () => {
    const allowed = ['src/interval', 'src/contracts', 'src/plan/tasks', 'workflows'].map(path.normalize);
    const wrong = files('workflows').flatMap((file) =>
      importsOf(ROOT, file)
        .filter(
          ({ file: from, typeOnly }) =>
            !allowed.some((at) => from.startsWith(at)) && !(typeOnly && from.startsWith('activities')),
        )
        .map(({ file: from }) => `${file} → ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  test('activities import src; workers import src, activities and the types of workflows', () => {
    const allowed: Readonly<Record<string, readonly string[]>> = {
      activities: ['activities', 'src'],
      workers: ['workers', 'activities', 'src'],
    };
    const wrong = Object.entries(allowed).flatMap(([folder, from]) =>
      files(folder).flatMap((file) =>
        importsOf(ROOT, file)
          .filter(({ typeOnly, file: named }) => !(typeOnly && named.startsWith('workflows')))
          .filter(({ file: named }) => !from.includes(named.split(path.sep)[0]!))
          .map(({ file: named }) => `${file} → ${named}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('what workflows import of src/plan imports nothing but intervals, contracts and itself', () => {
    const allowed = [path.join('src', 'interval'), path.join('src', 'contracts'), TASKS];
    const wrong = files(TASKS).flatMap((file) =>
      importsOf(ROOT, file)
        .filter(({ file: from }) => !allowed.some((at) => from.startsWith(`${at}${path.sep}`)))
        .map(({ file: from }) => `${file} → ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  test('only src/config reads the environment', () => {
    const readers = PARTS.flatMap(files)
      .filter((file) => !file.startsWith(path.join('src', 'config')))
      .filter((file) => /process\.env\b/.test(codeOf(file)));
    expect(readers).toEqual([]);
  });
});
