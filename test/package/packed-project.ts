import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { OPTIONAL_PACKAGES, type OptionalFeature } from '../../src/optional-package';
import { ROOT } from '../root';

/** What `npm pack` made. */
export interface Packed {
  readonly tarball: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Bytes. */
  readonly size: number;
  readonly unpackedSize: number;
}

/** Packs a copy of the tree, built anew, into a folder. */
export async function packInto(folder: string): Promise<Packed> {
  const script = pathToFileURL(path.join(ROOT, 'scripts', 'package', 'pack-tree.mjs')).href;
  const { packTree } = (await import(script)) as { packTree(root: string, into: string): Packed };
  return packTree(ROOT, folder);
}

/** What an install without the optional packages doesn't bring: of a scope, all of it. */
const NOT_INSTALLED: readonly string[] = Object.values(OPTIONAL_PACKAGES).flatMap((names) =>
  names.map((name) => name.split('/')[0]!),
);

/**
 * A project that has the package installed, and none of the optional ones: the tarball's files, beside links to what is installed
 * here.
 *
 * @returns the folder of the package
 */
export function installPacked({ tarball }: Packed, project: string): string {
  const modules = path.join(project, 'node_modules');
  mkdirSync(modules, { recursive: true });
  execFileSync('tar', ['xzf', tarball, '-C', project]);
  const installed = path.join(modules, 'tidemark');
  renameSync(path.join(project, 'package'), installed);
  for (const name of readdirSync(path.join(ROOT, 'node_modules')))
    if (!name.startsWith('.') && !NOT_INSTALLED.includes(name))
      symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name), 'junction');
  return installed;
}

/** Runs Node in a folder. @returns what it wrote, both outputs; an exit code that isn't 0 is put before it */
export function runNode(cwd: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return `${status === 0 ? '' : `exit ${status}: `}${stdout}${stderr}`;
}

/** How an error tells to install what a feature needs: in the versions that this tree is tested with. */
export function installLine(feature: OptionalFeature): string {
  const text = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
  const { devDependencies } = JSON.parse(text) as { devDependencies: Readonly<Record<string, string>> };
  const names = OPTIONAL_PACKAGES[feature].map((name) => `${name}@${devDependencies[name]}`);
  return `Run: npm install ${names.join(' ')}`;
}
