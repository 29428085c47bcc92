import { readdirSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

const ROOT = path.dirname(__dirname);
const BUNDLE = path.join(ROOT, 'workflows', 'bundle.js');
/** What workflow code is made of. */
const PARTS = ['workflows', 'src/plan/tasks', 'src/contracts', 'src/interval', 'src/errors'];

function newestPart(): number {
  const files = PARTS.flatMap((part) => {
    const folder = path.join(ROOT, part);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name));
  });
  const code = files.filter((file) => file.endsWith('.js') && file !== BUNDLE);
  return Math.max(...code.map((file) => statSync(file).mtimeMs));
}

function bundledAt(): number {
  return statSync(BUNDLE, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * Part of the build, `node dist/workers/build-bundle.js`: writes the workflow bundle beside the compiled workflows, so
 * that workers start without bundling. Does nothing if it is up to date.
 */
async function buildBundle(): Promise<void> {
  if (bundledAt() > newestPart()) return;
  // the SDK takes a second to load: only when there is something to do
  const { bundleWorkflows } = await import('./workflow-code.js');
  await writeFile(`${BUNDLE}.new`, await bundleWorkflows());
  await rename(`${BUNDLE}.new`, BUNDLE);
}

void buildBundle();
