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

const yarnSettings = (registry) => `npmRegistryServer: '${registry}'
unsafeHttpWhitelist: ['127.0.0.1']
nodeLinker: pnp
enableGlobalCache: false
enableTelemetry: false
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
 * The package managers: files that a project has for each, and how it adds packages and runs a program of one. None may run
 * a script of a dependency.
 */
export function managers({ bin }, registry) {
  const npm = { npm_config_registry: registry };
  const pnpm = bin('.bin', 'pnpm');
  const yarn = [bin('@yarnpkg', 'cli-dist', 'bin', 'yarn.js')];
  return {
    npm: {
      files: {},
      add: (cwd, names) =>
        runWell('npm', ['install', ...QUIET, '--ignore-scripts', ...names], { cwd, env: npm }),
      exec: (cwd, args, env) => runWell('npx', ['--no-install', ...args], { cwd, env }),
    },
    pnpm: {
      files: { 'pnpm-workspace.yaml': PNPM_SETTINGS },
      add: (cwd, names) =>
        runWell(
          pnpm,
          ['add', `--registry=${registry}`, `--store-dir=${path.join(cwd, '.store')}`, ...names],
          { cwd },
        ),
      exec: (cwd, args, env) => runWell(pnpm, ['exec', ...args], { cwd, env }),
    },
    yarn: {
      files: { '.yarnrc.yml': yarnSettings(registry), 'yarn.lock': '' },
      add: (cwd, names) => runWell(process.execPath, [...yarn, 'add', ...names], { cwd }),
      exec: (cwd, args, env) => runWell(process.execPath, [...yarn, ...args], { cwd, env }),
    },
  };
}
