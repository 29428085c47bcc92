import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runWell } from './commands.mjs';

/** Programs of the check, pinned: installed once, in a folder of their own. */
const TOOLS = {
  pnpm: '12.21.0',
  '@yarnpkg/cli-dist': '4.18.1',
  publint: '0.3.25',
  '@arethetypeswrong/cli': '0.18.5',
  typescript: '5.9.3',
};

/** Answers to what pnpm asks: no script of a dependency is needed. docs/install.md says so. */
const PNPM_SETTINGS = `allowBuilds:
  '@swc/core': false
  protobufjs: false
`;

/** What a project begins with. */
export const PACKAGES = ['tidemark', 'zod'];

/** Installs the tools. @returns `bin`, the path of a file of one of them */
export async function installTools(folder) {
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
  const names = Object.entries(TOOLS).map(([name, version]) => `${name}@${version}`);
  await runWell('npm', ['install', ...QUIET, ...names], { cwd: folder });
  return { bin: (...at) => path.join(folder, 'node_modules', ...at) };
}

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

/**
 * The package managers: files that a project has for each, how it adds packages and runs a program of one, and what a reader of
 * the tutorial has who types its commands, as {@link doTutorial} takes it. None may run a script of a dependency.
 *
 * @param tools what {@link installTools} returned
 * @param registry the address of one that has the package
 * @param caches a folder for what they keep from one project to the next: never the user's, where this package would stay
 */
export function managers({ bin }, registry, caches) {
  const pnpm = bin('.bin', 'pnpm');
  const yarn = bin('@yarnpkg', 'cli-dist', 'bin', 'yarn.js');
  const npmEnv = {
    npm_config_registry: registry,
    npm_config_cache: path.join(caches, 'npm'),
    // npx asks a person whether it may install
    npm_config_yes: 'true',
  };
  const pnpmEnv = {
    pnpm_config_registry: registry,
    pnpm_config_store_dir: path.join(caches, 'pnpm-store'),
    pnpm_config_cache_dir: path.join(caches, 'pnpm'),
  };
  const yarnEnv = {
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_GLOBAL_FOLDER: path.join(caches, 'yarn'),
    YARN_ENABLE_TELEMETRY: 'false',
    // in CI, yarn refuses to install without a lock file
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
  };
  return {
    npm: {
      files: {},
      add: (cwd, names) =>
        runWell('npm', ['install', ...QUIET, '--ignore-scripts', ...names], { cwd, env: npmEnv }),
      exec: (cwd, args, env) => runWell('npx', ['--no-install', ...args], { cwd, env }),
      reader: { programs: {}, env: npmEnv },
    },
    pnpm: {
      files: { 'pnpm-workspace.yaml': PNPM_SETTINGS },
      add: (cwd, names) => runWell(pnpm, ['add', ...names], { cwd, env: pnpmEnv }),
      exec: (cwd, args, env) => runWell(pnpm, ['exec', ...args], { cwd, env: { ...pnpmEnv, ...env } }),
      reader: { programs: { pnpm: `exec "${pnpm}" "$@"` }, env: pnpmEnv },
    },
    yarn: {
      files: { 'yarn.lock': '' },
      add: (cwd, names) => runWell(process.execPath, [yarn, 'add', ...names], { cwd, env: yarnEnv }),
      exec: (cwd, args, env) =>
        runWell(process.execPath, [yarn, ...args], { cwd, env: { ...yarnEnv, ...env } }),
      reader: { programs: { yarn: `exec "${process.execPath}" "${yarn}" "$@"` }, env: yarnEnv },
    },
  };
}
