// Installs the package as users do, from a registry on this machine: with npm, pnpm and yarn, in empty folders, and uses it there;
// the tutorial is done with each, word by word.
// `npm run package-check`; with a path of a tarball it takes that one. It needs a build and npm's registry. The last line is `N passed, N failed`.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalRegistry } from './local-registry.mjs';
import { runWell } from './package/commands.mjs';
import { typeErrors } from './package/consumer-types.mjs';
import { checkRuns, writeProject } from './package/first-project.mjs';
import { installTools, managers, PACKAGES } from './package/managers.mjs';
import { otherNodes } from './package/node-versions.mjs';
import { packTree } from './package/pack-tree.mjs';
import { doTutorial } from './package/tutorial.mjs';

const ROOT = path.dirname(import.meta.dirname);
const home = mkdtempSync(path.join(tmpdir(), 'tidemark-package-'));
const counts = { passed: 0, failed: 0 };

const folder = (name) => {
  mkdirSync(path.join(home, name), { recursive: true });
  return path.join(home, name);
};

/** Does one thing and says how it went. @returns whether it went well */
async function check(name, work) {
  const start = Date.now();
  const said = await work().then(
    (detail = '') => ({ ok: true, detail }),
    (error) => ({ ok: false, detail: error.message }),
  );
  counts[said.ok ? 'passed' : 'failed'] += 1;
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  console.log(`${said.ok ? '✓' : '✗'} ${name}  ${seconds} s  ${said.detail}`);
  return said.ok;
}

/** What an install took: packages, and MB on disk. */
function weigh(modules) {
  let packages = 0;
  let bytes = 0;
  for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(path.join(entry.parentPath, entry.name)).size;
    if (entry.name === 'package.json' && /node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+$/.test(entry.parentPath))
      packages += 1;
  }
  return `${packages} packages, ${Math.round(bytes / 1e6)} MB`;
}

/** Has a manager install the package, then what an error says that Postgres needs. @returns whether the first went well */
async function checkManager(name, manager) {
  const cwd = folder(name);
  const installed = await check(`${name}: install`, async () => {
    writeProject(cwd, manager.files);
    await manager.add(cwd, PACKAGES);
    return name === 'npm' ? weigh(path.join(cwd, 'node_modules')) : undefined;
  });
  if (!installed) return false;
  await check(`${name}: Postgres says what to install, and that is enough`, async () => {
    const make = (code) => manager.exec(cwd, ['node', '-e', code], {});
    const refused = `try { require('tidemark').postgres(); } catch (error) { console.log(error.code, JSON.stringify(error.details)); }`;
    const [, details] = /CONFIG_INVALID (\{.*\})/.exec(await make(refused)) ?? [];
    if (details === undefined) throw new Error('postgres() was made without the package "pg".');
    const { install } = JSON.parse(details);
    await manager.add(cwd, install.replace('npm install ', '').split(' '));
    const connects = `const { pipeline, postgres } = require('tidemark');
      pipeline({ name: 'p', dataset: 'd', destination: postgres({ host: '127.0.0.1', port: 1, user: 'u' }) })
        .run([{ id: 1 }], { tableName: 't' }).catch((error) => console.log(String(error.message)));`;
    const said = await make(connects);
    if (!said.includes('ECONNREFUSED')) throw new Error(`The driver wasn't used: ${said}`);
    return install;
  });
  return true;
}

/** Has a reader who uses a manager do the tutorial, in an empty folder. */
const checkTutorial = (name, { reader }) =>
  check(`${name}: the tutorial, word by word`, () =>
    doTutorial({ root: ROOT, cwd: folder(`${name}-tutorial`), manager: name, ...reader }),
  );

async function checkNpmProject(tools, npm) {
  const cwd = folder('npm');
  await check('npm: two runs and a query', () =>
    checkRuns((args, env) => npm.exec(cwd, ['tidemark', ...args], env)),
  );
  await npm.add(cwd, ['@types/node@20']);
  const cli = path.join(cwd, 'node_modules', 'tidemark', 'dist', 'src', 'cli', 'main.js');
  const by = (node) => (args, env) => runWell(node, [cli, ...args], { cwd, env });
  for (const [compiler, tsc, settings] of [
    [
      'this tree',
      path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'),
      ['node16', 'nodenext', 'bundler'],
    ],
    // it takes five times as long
    ['version 5.9', tools.bin('typescript', 'bin', 'tsc'), ['nodenext']],
  ])
    await check(`types by TypeScript of ${compiler}: ${settings.join(', ')}`, async () => {
      const problems = await typeErrors(cwd, tsc, settings);
      if (problems.length > 0) throw new Error(problems.join('\n'));
    });
  for (const [major, node] of Object.entries(await otherNodes(folder('nodes')))) {
    if (node === undefined) console.log(`- Node ${major}: npm has none for this machine; not checked`);
    else
      await check(`Node ${major}: two runs and a query, import by name`, async () => {
        rmSync(path.join(cwd, 'first.duckdb'), { force: true });
        await checkRuns(by(node));
        const code =
          "import { pipeline } from 'tidemark'; if (typeof pipeline !== 'function') process.exit(1);";
        await runWell(node, ['--input-type=module', '-e', code], { cwd });
      });
  }
}

async function main() {
  const given = process.argv[2];
  const tarball = given === undefined ? packTree(ROOT, home).tarball : path.resolve(given);
  const registry = await startLocalRegistry({ tarball });
  try {
    const tools = await installTools(folder('tools'));
    const all = managers(tools, registry.url, folder('caches'));
    const npm = await checkManager('npm', all.npm);
    const both = async (name) => {
      await checkManager(name, all[name]);
      await checkTutorial(name, all[name]);
    };
    await Promise.all([
      npm ? checkNpmProject(tools, all.npm) : undefined,
      checkTutorial('npm', all.npm),
      both('pnpm'),
      both('yarn'),
    ]);
    await check('publint', () => quietly('publint', [tarball, '--strict']));
    // node10 is the resolution of before "exports", which no supported TypeScript has to have
    await check('are the types wrong?', () => quietly('attw', [tarball, '--profile', 'node16']));
    async function quietly(name, args) {
      await runWell(tools.bin('.bin', name), args, { cwd: home });
    }
  } finally {
    await registry.close();
  }
}

try {
  await main();
} finally {
  rmSync(home, { recursive: true, force: true });
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
