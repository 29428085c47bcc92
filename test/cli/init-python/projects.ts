import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadConfigFile, type PipelineRef, resolveConfig, type SourceRef } from '../../../src/config';
import { ROOT } from '../../root';
import { temporaryFolder } from '../../temporal/temporary-folder';
import { callCli } from '../capture';

export const fixture = (name: string): string => path.join(ROOT, 'test', 'cli', 'init-python', name);

/** A folder of projects that init writes out of Python files, with what npm would install above them. */
export async function projects() {
  const { folder: home, remove } = await temporaryFolder();
  const modules = path.join(home, 'node_modules');
  mkdirSync(modules);
  symlinkSync(ROOT, path.join(modules, 'tidemark'), 'dir');
  for (const name of ['zod', 'luxon', '@types'])
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name), 'dir');
  let count = 0;
  return {
    home,
    remove,
    /** Calls init with these options in a new folder. */
    async init(...args: string[]) {
      count += 1;
      const folder = path.join(home, `project${count}`);
      const result = await callCli(['init', folder, ...args], { cwd: home });
      return { ...result, folder, text: (name: string) => readFileSync(path.join(folder, name), 'utf8') };
    },
    /** A Python file with this text. */
    written(text: string): string {
      count += 1;
      const file = path.join(home, `written${count}.py`);
      writeFileSync(file, text);
      return file;
    },
  };
}

/** The pipelines of a config that was written, as commands see them. */
export async function entriesOf(folder: string) {
  const { config } = await loadConfigFile<PipelineRef, SourceRef>({
    file: path.join(folder, 'temporal.config.ts'),
  });
  return resolveConfig(config).pipelines;
}
