import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './commands.mjs';

/** As projects set TypeScript: a file of each kind of module where both can be. */
const SETTINGS = {
  node16: { options: { module: 'node16', moduleResolution: 'node16' }, files: ['all.cts', 'all.mts'] },
  nodenext: { options: { module: 'nodenext' }, files: ['all.cts', 'all.mts'] },
  bundler: { options: { module: 'esnext', moduleResolution: 'bundler' }, files: ['all.ts'] },
};

/**
 * Checks the types of every entry point, of the project's config, and of the examples, in a project that has the package installed. Nothing of
 * it is skipped (`skipLibCheck: false`).
 *
 * @param folder that of the project
 * @param tsc the compiler's program, run by Node
 * @param settings names of {@link SETTINGS}
 * @returns a line for each setting that has errors, with the first of them
 */
export async function typeErrors(folder, tsc, settings) {
  const at = path.join(folder, 'types');
  mkdirSync(at, { recursive: true });
  const { name, exports } = JSON.parse(
    readFileSync(path.join(folder, 'node_modules', 'tidemark', 'package.json'), 'utf8'),
  );
  const entries = Object.keys(exports).filter((entry) => entry !== './package.json');
  const text = entries
    .map(
      (entry, n) =>
        `import * as e${n} from '${name}${entry.slice(1)}';\nexport const n${n}: object = e${n};\n`,
    )
    .join('');
  for (const file of ['all.cts', 'all.mts', 'all.ts']) writeFileSync(path.join(at, file), text);
  const configs = examplesIn(
    path.join(folder, 'node_modules', 'tidemark', 'examples'),
    path.join(at, 'examples'),
  );
  const problems = [];
  for (const setting of settings) {
    const { options, files } = SETTINGS[setting];
    const config = {
      compilerOptions: {
        ...{ strict: true, noEmit: true, skipLibCheck: false, target: 'es2022', types: ['node'] },
        ...options,
      },
      files: [...files, '../temporal.config.ts', ...configs],
    };
    writeFileSync(path.join(at, `${setting}.json`), JSON.stringify(config));
    const { code, out } = await run(process.execPath, [tsc, '-p', path.join(at, `${setting}.json`)]);
    if (code !== 0) problems.push(`${setting}: ${out.trim().split('\n').slice(0, 5).join('\n')}`);
  }
  return problems;
}

/** Of an example of tidemark in a worker of one's own. */
const PLUGIN = ['worker', 'client', 'config', 'activities', 'workflows'].map((name) => `plugin/${name}.ts`);

/** Copies the examples, as users do. @returns the files that need nothing but what an install brings */
function examplesIn(from, to) {
  cpSync(from, to, { recursive: true });
  const configs = readdirSync(to).map((name) => `${name}/temporal.config.ts`);
  return [...configs.filter((name) => existsSync(path.join(to, name))), ...PLUGIN].map((name) =>
    path.join(to, name),
  );
}
