import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { type CodeFile, filesOfPage, TAKEN_AS_GIVEN } from './code-files';
import { readPages } from './pages';

const TSC = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

const home = temporaryFolder('docs');

const OPTIONS = {
  ...{
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2023', 'esnext.disposable'],
  },
  ...{ strict: true, noEmit: true, skipLibCheck: true, types: ['node', 'jest'] },
};

/** A project with the package, and what users have beside it. */
function makeProject(name: string, files: readonly CodeFile[]): string {
  const folder = path.join(home, name);
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const one of readdirSync(path.join(ROOT, 'node_modules')))
    symlinkSync(path.join(ROOT, 'node_modules', one), path.join(modules, one));
  symlinkSync(ROOT, path.join(modules, 'tidemark'), 'dir');
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: OPTIONS, include: ['**/*.ts'] }),
  );
  writeFileSync(path.join(folder, 'given.d.ts'), TAKEN_AS_GIVEN);
  for (const file of files) {
    const at = path.join(folder, file.name);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, file.text);
  }
  return folder;
}

/** What the compiler says, each at its line of the page. */
function compile(name: string, files: readonly CodeFile[]): readonly string[] {
  const folder = makeProject(name, files);
  const { stdout, error } = spawnSync(process.execPath, [TSC, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  const places = new Map(files.map((file) => [file.name, file]));
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, file = '', at = '0', message = ''] = /^(\S+\.ts)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const of = places.get(file);
      return of === undefined ? line : `${of.page}:${of.line + Number(at) - of.before - 1} ${message}`;
    });
}

/** `test/testing/example.test.ts` holds what docs/testing.md shows against an example, which compiles and runs. */
const pages = () => readPages().filter(({ name }) => name !== 'docs/testing.md');

test('the code of every page compiles against the package', () => {
  const files = pages().flatMap(filesOfPage);
  expect(files.length).toBeGreaterThan(20);
  expect(compile('code', files)).toEqual([]);
});

test('no page turns the compiler off', () => {
  const off = pages()
    .flatMap(filesOfPage)
    .filter(({ text }) => /@ts-(nocheck|ignore|expect-error)|\bany\b/.test(text));
  expect(off.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
});

test('JSON of the pages is JSON', () => {
  const blocks = readPages().flatMap((page) => page.blocks.filter(({ language }) => language === 'json'));
  expect(blocks.length).toBeGreaterThan(0);
  for (const { text } of blocks) expect(() => JSON.parse(text)).not.toThrow();
});

test('code that is wrong is told at its line of the page', () => {
  const text = "import { duckdb } from 'tidemark';\n\nduckdb({ pathh: 'a' });\n";
  const block = { language: 'ts', text, line: 7, hidden: [] };
  const [fault, ...others] = compile('wrong', filesOfPage({ name: 'docs/x.md', blocks: [block] }));
  expect(fault).toMatch(/^docs\/x\.md:9 error TS2561: .*'pathh'/);
  expect(others).toEqual([]);
});
