import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageVersion } from '../package-root';
import type { CliContext } from '../session/command';

/** The resources of each pipeline of a config. */
type Names = Readonly<Record<string, readonly string[]>>;

/** What was found when the config was loaded last, and of which state of its files. */
interface KeptNames {
  readonly of: string;
  readonly names: Names;
}

/**
 * The pipelines of a config and their resources, for a shell that completes a word. The config is loaded, and so its code is
 * run, only where it or what it imports was changed since; else they are read from `.tidemark/names.json`.
 * @throws CONFIG_NOT_FOUND, CONFIG_INVALID and what else a config is refused for
 */
export async function namesOf({ cwd }: Pick<CliContext, 'cwd'>, config: string | undefined): Promise<Names> {
  // not by their indexes: those load the validation of configs, which takes longer than a person waits for a word
  const [{ findConfigFile }, { stamp }] = await Promise.all([
    import('../../config/find-config-file.js'),
    import('../dev/watch-files.js'),
  ]);
  const file = findConfigFile(config, cwd);
  const of = `${packageVersion()}\n${stamp(file)}`;
  const kept = path.join(path.dirname(file), '.tidemark', 'names.json');
  const before = readKept(kept);
  if (before?.of === of) return before.names;
  const { loadDeployment } = await import('../../operate/index.js');
  const { config: loaded } = await loadDeployment({ file, cwd });
  const names = Object.fromEntries(
    loaded.pipelines.map(({ name, sources }) => [name, sources().flatMap((source) => source.resourceNames)]),
  );
  keep(kept, { of, names });
  return names;
}

function readKept(file: string): KeptNames | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as KeptNames;
  } catch {
    return undefined;
  }
}

function keep(file: string, kept: KeptNames): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
  } catch {
    // where nothing can be written, the config is loaded each time
  }
}
