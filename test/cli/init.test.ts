import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { whatToFillIn } from '../../src/cli/dev/missing-settings';
import { packageName } from '../../src/cli/init/package-json';
import { TEMPLATES } from '../../src/cli/init/templates';
import { writeProject } from '../../src/cli/init/write-project';
import { packageVersion } from '../../src/cli/package-root';
import { ROOT } from '../root';
import { callCli } from './capture';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'tidemark-init-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const read = (...names: string[]): string => readFileSync(path.join(home, ...names), 'utf8');
const write = (name: string, text: string): void => writeFileSync(path.join(home, name), text);

interface PackageJson {
  readonly name: string;
  readonly private: boolean;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const own = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<
  string,
  Readonly<Record<string, string>> | undefined
>;
const ownVersion = (name: string): string | undefined =>
  own['dependencies']?.[name] ?? own['devDependencies']?.[name] ?? own['peerDependencies']?.[name];

describe('init', () => {
  test('writes a whole project, and prints the next steps in order', async () => {
    const { code, stdout } = await callCli(['init', 'My Loads', '--source', 'zendesk'], { cwd: home });
    expect(code).toBe(0);
    expect(readdirSync(path.join(home, 'My Loads')).sort()).toEqual([
      '.env.example',
      '.gitignore',
      'README.md',
      'package.json',
      'temporal.config.ts',
      'tsconfig.json',
    ]);
    expect(JSON.parse(read('My Loads', 'package.json'))).toMatchObject({
      name: 'my-loads',
      private: true,
      scripts: { dev: 'tidemark dev', worker: 'tidemark worker', check: 'tsc --noEmit' },
      dependencies: { tidemark: `^${packageVersion()}` },
      devDependencies: { typescript: ownVersion('typescript'), '@types/node': ownVersion('@types/node') },
    });
    expect(stdout.split('Next:\n')[1]).toBe(
      [
        '  cd "My Loads"',
        '  npm install',
        '  cp .env.example .env     and fill in SOURCES__ZENDESK__CREDENTIALS__SUBDOMAIN, SOURCES__ZENDESK__CREDENTIALS__EMAIL, SOURCES__ZENDESK__CREDENTIALS__PASSWORD',
        '  npx tidemark preview zendesk_support --limit 5',
        '  npx tidemark dev\n',
      ].join('\n'),
    );
    expect(read('My Loads', 'README.md')).toMatch(/^# my-loads\n[\s\S]*npm install\ncp \.env\.example \.env/);
  });

  test.each([
    ['database', ['pg', 'pg-cursor']],
    ['files', ['@aws-sdk/client-s3']],
    ['rest', ['zod']],
    ['chess', []],
  ])('%s depends on what it needs, at the version that tidemark is tested with', async (source, packages) => {
    expect((await callCli(['init', source, '--source', source], { cwd: home })).code).toBe(0);
    const { dependencies } = JSON.parse(read(source, 'package.json')) as PackageJson;
    expect(dependencies).toEqual({
      tidemark: `^${packageVersion()}`,
      ...Object.fromEntries(packages.map((name) => [name, ownVersion(name)])),
    });
  });

  test('keeps what is there in a package of somebody, and prints what to install', async () => {
    const text = JSON.stringify({ name: 'shop', dependencies: { pg: '8.0.0' } });
    write('package.json', text);
    write('README.md', '# Shop\n');
    write('.gitignore', 'dist\n.env');
    write('.env.example', 'PORT=80\n');
    write('pnpm-lock.yaml', '');
    const { code, stdout } = await callCli(['init', '--source', 'database'], { cwd: home });
    expect(code).toBe(0);
    expect([read('package.json'), read('README.md')]).toEqual([text, '# Shop\n']);
    expect(read('.gitignore')).toMatch(/^dist\n\.env\nnode_modules\/\n\.tidemark\/\n/);
    expect(read('.env.example')).toMatch(/^PORT=80\n# postgresql:.*\nSOURCES__POSTGRES__CONNECTION__URL=\n$/);
    expect(stdout).toContain(`kept  ${path.join(home, 'package.json')}, which was there`);
    const [, next = ''] = stdout.split('Next:\n');
    expect(next.split('\n').slice(0, 3)).toEqual([
      `  pnpm add "tidemark@^${packageVersion()}" "pg-cursor@${ownVersion('pg-cursor')}"`,
      `  pnpm add -D "typescript@${ownVersion('typescript')}" "@types/node@${ownVersion('@types/node')}"`,
      '  name your tables in temporal.config.ts',
    ]);
  });

  test('asks for nothing to be installed where all is there, whatever else a folder holds', async () => {
    const all = { tidemark: '1', typescript: '5', '@types/node': '20' };
    write('package.json', JSON.stringify({ devDependencies: all }));
    const { stdout } = await callCli(['init', '--source', 'chess', '--json'], { cwd: home });
    expect(JSON.parse(stdout)).toEqual({
      folder: home,
      files: ['.gitignore', 'tsconfig.json', 'temporal.config.ts', 'README.md'],
      kept: ['package.json'],
      next: ['npx tidemark preview chess --limit 5', 'npx tidemark dev'],
    });
  });

  test('refuses where a config is, and where the folder is a file, and writes nothing then', async () => {
    write('temporal.config.ts', '// mine\n');
    const again = await callCli(['init'], { cwd: home });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
    const file = await callCli(['init', 'temporal.config.ts'], { cwd: home });
    expect(file).toMatchObject({ code: 2, stderr: expect.stringContaining('is a file') });
    expect(readdirSync(home)).toEqual(['temporal.config.ts']);
    expect(read('temporal.config.ts')).toBe('// mine\n');
  });

  test('--list has a line for each source, and writes nothing', async () => {
    const { code, stdout } = await callCli(['init', '--list'], { cwd: home });
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ', 1)[0]);
    expect({ code, names }).toEqual({ code: 0, names: Object.keys(TEMPLATES) });
    expect(readdirSync(home)).toEqual([]);
  });

  test.each([
    ['/a/My Loads', 'my-loads'],
    ['/a/_.Größe', 'gr-e'],
    ['/a/日本', 'loads'],
    ['/a/node_modules', 'loads'],
    ['/a/tidemark', 'tidemark-loads'],
    ['/a/typescript', 'typescript-loads'],
  ])('a folder %s becomes the package %s', (folder, name) => {
    expect(packageName(folder, { tidemark: '1' })).toBe(name);
  });
});

describe('what goes into .env', () => {
  const parts = { files: {}, packages: [], about: 'x', before: [], pipeline: undefined };

  test('is for its owner only, is ignored by git, and keeps what is set', async () => {
    write('.env', 'A=1\n');
    await writeProject(home, { ...parts, secrets: { A: '2', B: "it's $HOME #1" } });
    expect(read('.env')).toBe("A=1\nB=`it's $HOME #1`\n");
    expect(read('.gitignore').split('\n')).toContain('.env');
    const fresh = path.join(home, 'fresh');
    await writeProject(fresh, { ...parts, secrets: { A: 'abc' } });
    expect(read('fresh', '.env')).toBe('A=abc\n');
    expect(statSync(path.join(fresh, '.env')).mode & 0o777).toBe(0o600);
  });

  test("a value that .env can't hold is refused before anything is written", async () => {
    const folder = path.join(home, 'new');
    await expect(writeProject(folder, { ...parts, secrets: { A: 'a\nb' } })).rejects.toThrow(/line breaks/);
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('what dev says of settings that are missing', () => {
  const missing = [
    'support: The setting "credentials.email" of the source "zendesk" is not set. Give it in code, or in one of:',
    '  - environment variable SOURCES__ZENDESK__CREDENTIALS__EMAIL',
    '  - .env SOURCES__ZENDESK__ZENDESK__CREDENTIALS__EMAIL',
    '  - .env SOURCES__ZENDESK__CREDENTIALS__EMAIL',
    'The secret "credentials.password" of the source "zendesk" is not set. Give it in code, or in one of:',
    '  - .env SOURCES__ZENDESK__CREDENTIALS__PASSWORD',
  ].join('\n');

  test('is one line, with the names of .env.example', () => {
    const env = path.join(home, '.env');
    expect(whatToFillIn(missing, home)).toBe(
      `support: fill in SOURCES__ZENDESK__ZENDESK__CREDENTIALS__EMAIL, SOURCES__ZENDESK__CREDENTIALS__PASSWORD in ${env}`,
    );
    write('.env.example', 'SOURCES__ZENDESK__CREDENTIALS__EMAIL=\n');
    const names = 'SOURCES__ZENDESK__CREDENTIALS__EMAIL, SOURCES__ZENDESK__CREDENTIALS__PASSWORD';
    expect(whatToFillIn(missing, home)).toBe(`support: fill in ${names} in ${env} (cp .env.example .env)`);
    write('.env', '');
    expect(whatToFillIn(missing, home)).toBe(`support: fill in ${names} in ${env}`);
  });

  test('is the message itself where it is about anything else', () => {
    const other = 'support: "path" is not an option of duckdb().';
    expect(whatToFillIn(other, home)).toBe(other);
  });
});
