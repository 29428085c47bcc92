import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TEMPLATES } from '../../src/cli/init/templates';
import { OPTIONAL_PACKAGES, type OptionalFeature } from '../../src/optional-package';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { installLine, installPacked, type Packed, packInto, runNode } from './packed-project';
import { typeImports } from './type-imports';

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string } | string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const project = temporaryFolder('package');
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;
const entries = Object.entries(manifest.exports).flatMap(([name, entry]) =>
  typeof entry === 'string' ? [] : [{ name: `tidemark${name.slice(1)}`, ...entry }],
);
let packed: Packed;
let installed: string;
beforeAll(async () => {
  packed = await packInto(project);
  installed = installPacked(packed, project);
});

/** All that may be packed. */
const EXPECTED: readonly RegExp[] = [
  /^(CHANGELOG\.md|LICENSE|README\.md|package\.json)$/,
  /^dist\/(src|activities|workers|workflows)\/[\w./-]+\.(js|d\.ts)$/,
  /^dist\/ui\/(app\.js|app\.css|icon\.svg|index\.html|LICENSES\.txt)$/,
  /^dist\/examples\/([a-z]+-emulator|emulator-kit)\/[\w-]+\.js$/,
  /^docs\/(?!site\/)[\w/-]+\.(md|svg)$/,
  /^examples\/[a-z-]+\/(temporal\.config\.ts|\.env\.example)$/,
  /^examples\/(destination|plugin|zendesk-history)\/[\w-]+\.(ts|md)$/,
  /^examples\/testing\/([\w.-]+\.ts|answers\/[\w-]+\.json)$/,
  /^src\/destination\/README\.md$/,
  /^test\/conformance\/cases\/(load|normalize)\.json$/,
];

describe('what is packed', () => {
  test('is what users need, and nothing else', () => {
    const names = packed.files.map((file) => file.path);
    expect(names.filter((name) => !EXPECTED.some((pattern) => pattern.test(name)))).toEqual([]);
    expect(EXPECTED.filter((pattern) => !names.some((name) => pattern.test(name)))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining(
        entries.flatMap((entry) => [entry.types, entry.default].map((file) => file.slice(2))),
      ),
    );
  });

  test('is small: 2 MB to download, 8 MB on disk, no file above 1.5 MB', () => {
    expect(packed.size).toBeLessThan(2e6);
    expect(packed.unpackedSize).toBeLessThan(8e6);
    expect(packed.files.filter(({ size }) => size > 1.5e6)).toEqual([]);
  });

  test('points at no source map that is not there, and at no folder of the machine that built it', () => {
    const texts = packed.files
      .filter((file) => file.path.endsWith('.js'))
      .map((file) => ({ name: file.path, text: readFileSync(path.join(installed, file.path), 'utf8') }));
    expect(
      texts.filter(({ text }) => /sourceMappingURL=(?!data:)/.test(text)).map(({ name }) => name),
    ).toEqual([]);
    expect(texts.filter(({ text }) => text.includes(ROOT)).map(({ name }) => name)).toEqual([]);
    const bundle = texts.find(({ name }) => name === 'dist/workflows/bundle.js')!.text;
    const map = JSON.parse(
      Buffer.from(bundle.slice(bundle.lastIndexOf('base64,') + 'base64,'.length), 'base64').toString(),
    ) as { sources: string[]; sourcesContent?: unknown; mappings: string };
    expect(map.sourcesContent).toBeUndefined();
    expect(map.mappings).not.toBe('');
    expect(map.sources.filter((source) => path.isAbsolute(source) || source.includes(ROOT))).toEqual([]);
  });
});

describe('the entry points, without the optional packages', () => {
  test('ES modules import by name what CommonJS modules require', () => {
    const program = `import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      for (const name of ${JSON.stringify(entries.map(({ name }) => name))}) {
        const required = Object.keys(require(name)).sort();
        const imported = Object.keys(await import(name)).filter((one) => !['default', 'module.exports', '__esModule'].includes(one)).sort();
        const alike = required.length > 0 && required.join() === imported.join();
        console.log(name, alike ? 'alike' : JSON.stringify({ required, imported }));
      }`;
    expect(runNode(project, ['--input-type=module', '-e', program])).toBe(
      entries.map(({ name }) => `${name} alike\n`).join(''),
    );
  });

  test('their types name only packages that an install brings', () => {
    const named = typeImports(
      installed,
      entries.map(({ types }) => types),
    );
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifest;
    const brought = [...Object.keys(dependencies), ...Object.keys(peerDependencies)].filter(
      (name) => !peerDependenciesMeta[name]?.optional,
    );
    const missing = [...named].filter(([name]) => !name.startsWith('node:') && !brought.includes(name));
    expect(missing).toEqual([]);
    // its types are a package of their own
    expect(brought).toContain('@types/luxon');
    expect(named.has('luxon')).toBe(true);
  });
});

describe('the command, from the package', () => {
  const command = (...args: string[]) =>
    runNode(project, [path.join(installed, 'dist', 'src', 'cli', 'main.js'), ...args]);

  test('init finds its templates', () => {
    expect(command('init', 'mine', '--source', 'github')).toMatch(/^wrote .*temporal\.config\.ts$/m);
    const names = packed.files.map((file) => file.path);
    const templates = Object.keys(TEMPLATES).map((name) => `examples/${name}/temporal.config.ts`);
    expect(names).toEqual(expect.arrayContaining(templates));
  });

  test('conformance finds the cases recorded from dlt', () => {
    const said = command('conformance', '--destination', 'duckdb', '--only', 'normalize', '--only', 'load');
    expect(said).toMatch(/^passed {2}normalize +all \d+ cases recorded from dlt$/m);
    expect(said).toMatch(/^passed {2}load +all \d+ cases recorded from dlt$/m);
  });

  test('an emulator starts', async () => {
    const program = path.join(installed, 'dist', 'examples', 'chess-emulator', 'main.js');
    const emulator = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(emulator.stdout.setEncoding('utf8'), 'data')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const answer = await fetch(`${url}/pub/player/hikaru`);
    emulator.kill();
    expect(answer.status).toBe(200);
  });
});

describe('what needs packages that are not installed', () => {
  /** What a piece of code throws, or that it throws nothing. */
  const thrownBy = (code: string): string =>
    runNode(project, [
      '-e',
      `const { bigquery, duckdb, pipeline, postgres } = require('tidemark');
       const { files } = require('tidemark/sources/files');
       const { postgresSource, postgresTables } = require('tidemark/sources/database');
       (async () => { ${code}; console.log('nothing'); })().catch((error) => console.log(error.code + ' ' + error.message));`,
    ]).trim();

  const refusal = (feature: OptionalFeature): string => {
    const names = OPTIONAL_PACKAGES[feature];
    const missing = names.map((name) => `"${name}"`).join(', ');
    return `CONFIG_INVALID ${missing} ${names.length === 1 ? 'is' : 'are'} not installed, which ${feature} needs. ${installLine(feature)}`;
  };

  test('a destination is refused where it is made', () => {
    expect(thrownBy('postgres()')).toBe(refusal('Postgres'));
    expect(thrownBy('bigquery()')).toBe(refusal('BigQuery'));
  });

  test('so is a source of Postgres, and one of a bucket, when its resources are listed', () => {
    expect(thrownBy("postgresTables({ tables: ['orders'] })")).toBe(refusal('Postgres'));
    const tables = "tables: [{ name: 'orders', glob: '*.csv' }]";
    expect(thrownBy(`files({ location: 's3://shop/exports', ${tables} }).resourceNames`)).toBe(refusal('S3'));
  });

  test('so are checkpoints in a bucket', () => {
    const made = (checkpoints: string): string =>
      thrownBy(
        `pipeline({ name: 'shop', destination: duckdb(), dataset: 'data', checkpoints: ${checkpoints} })`,
      );
    expect(made("{ s3: { bucket: 'kept' } }")).toBe(refusal('S3'));
    expect(made("{ path: 'kept' }")).toBe('nothing');
  });

  test('what needs none of them works: a name of a source, a folder, a place that the config says later', () => {
    const tables = "tables: [{ name: 'orders', glob: '*.csv' }]";
    expect(thrownBy(`postgresSource('shop'); files({ location: '.', ${tables} }).resourceNames`)).toBe(
      'nothing',
    );
    expect(thrownBy(`files({ ${tables} }).resourceNames`)).toBe('nothing');
  });

  test('a driver that is there and lacks a package of its own says so itself', () => {
    for (const name of OPTIONAL_PACKAGES.Postgres) {
      const folder = path.join(project, 'node_modules', name);
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'index.js'), "require('what-a-driver-needs');");
    }
    const load =
      "pipeline({ name: 'shop', destination: postgres({ host: '127.0.0.1', user: 'u' }), dataset: 'data' })";
    const said = thrownBy(`await ${load}.run([{ id: 1 }], { tableName: 'orders' })`);
    expect(said).toContain("Cannot find module 'what-a-driver-needs'");
    expect(said).not.toContain('is not installed');
  });
});
