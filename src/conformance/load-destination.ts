import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importFile } from '../config';
import { bigquery, duckdb, isDestination, postgres } from '../destination';
import { isTidemarkError, namesAndGuess, shown, TidemarkError } from '../errors';
import { isRecord } from '../value';
import { errorText } from './check';
import type { MakeDestination } from './make-destination';

/** Destinations that come with tidemark, by name, each in the folder that it is given. */
const BUILT_IN: Readonly<Record<string, MakeDestination>> = {
  duckdb: (folder) => duckdb({ path: path.join(folder, 'conformance.duckdb') }),
  // the server that the config names
  postgres: () => postgres(),
  // the project that the config names
  bigquery: () => bigquery(),
};

/** Their names. */
export const BUILT_IN_NAMES = Object.keys(BUILT_IN);

const WAY =
  'write "export default (folder) => myDestination(…)", a function that gives a destination in a fresh place, or export the destination itself';

/**
 * The destination that was named: one that comes with tidemark, or a module's default export or `destination`.
 * @param directory what a path is relative to
 * @throws USAGE where there is no such module, or it can't be loaded or exports no destination
 */
export async function loadDestination(given: string, directory: string): Promise<MakeDestination> {
  if (Object.hasOwn(BUILT_IN, given)) return BUILT_IN[given]!;
  const file = path.resolve(directory, given);
  if (!existsSync(file)) {
    const names = namesAndGuess(given, BUILT_IN_NAMES);
    throw usage(
      `There is no destination "${given}": no file "${file}", and what comes with tidemark is ${names}`,
    );
  }
  let loaded: unknown;
  try {
    loaded = await importFile(file);
  } catch (error) {
    throw usage(`"${file}" could not be loaded: ${errorText(error)}`, error);
  }
  const exported = exportedBy(loaded);
  if (isDestination(exported)) return () => exported;
  if (typeof exported !== 'function')
    throw usage(
      `"${file}" exports no destination: ${shown(exported)} is its default export. Instead, ${WAY}.`,
    );
  const make: MakeDestination = async (folder) => {
    const made: unknown = await (exported as (folder: string) => unknown)(folder);
    if (isDestination(made)) return made;
    throw usage(`The function that "${file}" exports gave ${shown(made)}, which is no destination; ${WAY}.`);
  };
  await tryOnce(make, file);
  return make;
}

/** A function that gives no destination is told once, before any check. */
async function tryOnce(make: MakeDestination, file: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidemark-check-'));
  try {
    await make(folder);
  } catch (error) {
    if (isTidemarkError(error, 'USAGE')) throw error;
    throw usage(`The function that "${file}" exports failed: ${errorText(error)}`, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The default export, whichever way the module system wrapped it; else the export called `destination`. */
function exportedBy(loaded: unknown): unknown {
  let value = loaded;
  for (let depth = 0; depth < 3 && isRecord(value) && !isDestination(value); depth += 1) {
    if ('destination' in value && !('default' in value)) return value['destination'];
    if (!('default' in value)) return undefined;
    value = value['default'];
  }
  return value;
}

const usage = (message: string, cause?: unknown): TidemarkError =>
  new TidemarkError('USAGE', message, cause === undefined ? {} : { cause });
