import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflows } from '../../workers';
import { ROOT } from '../root';

/** Every file that workflow code imports, and what packages. */
function reachable(entry: string): {
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
} {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, typeOnly, from] of text.matchAll(/^(?:import|export)\s(type\s)?[^;]*?from '([^']*)'/gms)) {
      if (typeOnly !== undefined || from === undefined) continue;
      if (!from.startsWith('.')) packages.add(from);
      else visit(resolve(path.join(path.dirname(file), from)));
    }
  };
  visit(entry);
  return { files, packages };
}

function resolve(base: string): string {
  const folder = path.dirname(base);
  const name = path.basename(base);
  return readdirSync(folder).includes(`${name}.ts`) ? `${base}.ts` : path.join(base, 'index.ts');
}

describe('workflow code', () => {
  const { files, packages } = reachable(path.join(ROOT, 'workflows', 'index.ts'));

  test('imports the workflow SDK and no other package', () => {
    expect([...packages].sort()).toEqual(['@temporalio/common', '@temporalio/workflow']);
  });

  test('reaches nothing that knows zones, clocks, files or the environment', () => {
    const folders = new Set([...files].map((file) => path.relative(ROOT, path.dirname(file))));
    for (const folder of folders)
      expect([
        'workflows',
        path.join('src', 'contracts'),
        path.join('src', 'plan', 'tasks'),
        path.join('src', 'interval'),
        path.join('src', 'errors'),
      ]).toContain(folder);
    for (const file of files)
      expect(readFileSync(file, 'utf8')).not.toMatch(/luxon|node:|process\.|performance\.|Intl\./);
  });

  test('is bundled without luxon, DuckDB or a module of Node', async () => {
    const code = await bundleWorkflows();
    expect(code).not.toMatch(/node_modules\/(luxon|undici|@duckdb|zod)\//);
  });
});
