import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isRecord } from '../../value';
import { packageRoot, packageVersion } from '../package-root';

const OWN_NAME = 'tidemark';
/** For the editor and for `tsc --noEmit`; tidemark itself reads a config without them. */
const TOOLS = ['typescript', '@types/node'];

/** Packages with the version or range that goes into a package.json, by name. */
export type Dependencies = Readonly<Record<string, string>>;

/** The version of a package that this tidemark is tested with, from its own package.json. */
function testedVersion(name: string): string {
  const text = readFileSync(path.join(packageRoot(), 'package.json'), 'utf8');
  const own = JSON.parse(text) as Readonly<Record<string, Dependencies | undefined>>;
  for (const kind of ['dependencies', 'devDependencies', 'peerDependencies'])
    if (own[kind]?.[name] !== undefined) return own[kind][name];
  throw new Error(`tidemark's package.json doesn't name "${name}", which a template needs.`);
}

const withVersions = (names: readonly string[]): Dependencies =>
  Object.fromEntries(names.map((name) => [name, testedVersion(name)]));

/** What a project runs with: tidemark, and what its sources need. */
export const runtimeDependencies = (packages: readonly string[]): Dependencies => ({
  [OWN_NAME]: `^${packageVersion()}`,
  ...withVersions(packages),
});

/**
 * A name that npm accepts, from that of a folder: small letters, and none of the packages that the project depends on,
 * which npm would refuse to install into it.
 */
export function packageName(folder: string, dependencies: Dependencies = {}): string {
  const name = path
    .basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '')
    .slice(0, 200);
  if (name === '' || name === 'node_modules') return 'loads';
  return name in dependencies || TOOLS.includes(name) ? `${name}-loads` : name;
}

/** The text of a new project's package.json. */
export function packageJson(folder: string, packages: readonly string[]): string {
  const dependencies = runtimeDependencies(packages);
  const text = {
    name: packageName(folder, dependencies),
    version: '0.0.0',
    private: true,
    scripts: {
      dev: 'tidemark dev',
      worker: 'tidemark worker',
      deploy: 'tidemark deploy',
      status: 'tidemark status',
      doctor: 'tidemark doctor',
      check: 'tsc --noEmit',
    },
    engines: { node: '>=20.9' },
    dependencies,
    devDependencies: withVersions(TOOLS),
  };
  return `${JSON.stringify(text, null, 2)}\n`;
}

/**
 * The lines that install what a package.json lacks; none if it has all. By the package manager whose lock file lies there.
 *
 * @param folder of a package.json, whatever is in it
 */
export function installLines(folder: string, packages: readonly string[]): readonly string[] {
  const has = installed(path.join(folder, 'package.json'));
  const lock = (file: string): boolean => existsSync(path.join(folder, file));
  const add = lock('pnpm-lock.yaml') ? 'pnpm add' : lock('yarn.lock') ? 'yarn add' : 'npm install';
  const line = (command: string, wanted: Dependencies): readonly string[] => {
    const missing = Object.entries(wanted).filter(([name]) => !has.has(name));
    const list = missing.map(([name, version]) => `"${name}@${version}"`).join(' ');
    return list === '' ? [] : [`${command} ${list}`];
  };
  return [...line(add, runtimeDependencies(packages)), ...line(`${add} -D`, withVersions(TOOLS))];
}

/** Names of all dependencies in a package.json; none in one that isn't readable, as npm will say. */
function installed(file: string): ReadonlySet<string> {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const lists = isRecord(read) ? [read['dependencies'], read['devDependencies']] : [];
    return new Set(lists.flatMap((list) => (isRecord(list) ? Object.keys(list) : [])));
  } catch {
    return new Set();
  }
}
