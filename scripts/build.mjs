// Compiles the project into dist/ and bundles the workflows and the page; about a second when nothing changed.
// With --package, as `npm pack` calls it, dist/ is made anew with what users need: neither tests nor source maps.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { withoutSources } from './bundle-map.mjs';

const require = createRequire(import.meta.url);
const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const forPackage = process.argv.includes('--package');
/** Made by a bundler, from sources of other names. */
const bundles = [path.join('workflows', 'bundle.js'), path.join('ui', 'app.js')];

/** Whose code is in the page. */
const PAGE_PARTS = ['preact', '@preact/signals', '@preact/signals-core', 'uplot'];

/** Removes what was compiled from a source that is gone: `sql.js` of before would hide today's `sql/index.js`. */
function prune() {
  if (!existsSync(dist)) return;
  for (const name of readdirSync(dist, { recursive: true })) {
    const [, stem] = /^(.+?)\.(?:d\.ts|js|js\.map)$/.exec(name) ?? [];
    if (stem === undefined || bundles.includes(name)) continue;
    if (!existsSync(path.join(root, `${stem}.ts`))) rmSync(path.join(dist, name));
  }
}

/** The page, as files that the server hands out: nothing of it is asked of the internet. */
async function bundlePage() {
  await build({
    entryPoints: { app: path.join(root, 'ui/main.tsx') },
    outdir: path.join(dist, 'ui'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const name of ['index.html', 'icon.svg'])
    copyFileSync(path.join(root, 'ui', name), path.join(dist, 'ui', name));
  writeFileSync(path.join(dist, 'ui', 'LICENSES.txt'), PAGE_PARTS.map(licenseOf).join('\n'));
}

function licenseOf(name) {
  const folder = path.join(root, 'node_modules', name);
  return `${name}\n\n${readFileSync(path.join(folder, 'LICENSE'), 'utf8')}`;
}

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// what a build for tests left is no part of a package
if (forPackage) rmSync(dist, { recursive: true, force: true });
prune();
await bundlePage();
run(tsc, '-p', path.join(root, forPackage ? 'tsconfig.package.json' : 'tsconfig.json'));
run(path.join(root, 'dist/workers/build-bundle.js'));
if (forPackage) {
  const bundle = path.join(dist, 'workflows', 'bundle.js');
  writeFileSync(bundle, withoutSources(readFileSync(bundle, 'utf8'), root));
}
