/**
 * Real dlt and tidemark take turns on one dataset: each goes on where the other stopped, without loss or repetition.
 * `npm run interop` (all destinations), `npm run interop -- postgres`.
 */
import { report } from './checks';
import { pythonWithDlt, RealDlt } from './dlt';
import { KINDS, type Kind } from './places';
import { layoutOfPostgres } from './postgres-layout';
import {
  bothFollowACopy,
  bothFollowToAnotherKind,
  dltContinues,
  dltFollowsADrop,
  dltReadsAnExport,
  tidemarkContinues,
  tidemarkFollowsARefresh,
} from './scenarios';
import type { Ground } from './turns';
import { sameWhoeverLoads } from './twins';

/** The destinations that were named, else all. */
function namedKinds(names: readonly string[]): readonly (() => Promise<Kind>)[] {
  if (names.length === 0) return Object.values(KINDS);
  return names.map((name) => {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    if (kind === undefined)
      throw new Error(
        `"${name}" is no destination that dlt and tidemark both have here; there are ${Object.keys(KINDS).join(', ')}.`,
      );
    return kind;
  });
}

async function onlyInPostgres(ground: Ground): Promise<void> {
  await layoutOfPostgres(ground);
  for (const cursor_type of ['date', 'text'] as const) {
    await dltContinues(ground, { disposition: 'append', cursor_type });
    await tidemarkContinues(ground, { disposition: 'append', cursor_type });
  }
  await tidemarkFollowsARefresh(ground);
  await bothFollowToAnotherKind(ground, await KINDS.duckdb!());
}

async function takeTurns(python: string, kind: Kind): Promise<void> {
  const dlt = new RealDlt(python);
  const ground = { dlt, kind };
  try {
    await sameWhoeverLoads(ground);
    await dltFollowsADrop(ground);
    await dltReadsAnExport(ground);
    if (kind.name === 'postgres') await onlyInPostgres(ground);
    for (const disposition of ['append', 'merge'] as const)
      for (const cursor_type of ['integer', 'datetime'] as const) {
        await dltContinues(ground, { disposition, cursor_type });
        await tidemarkContinues(ground, { disposition, cursor_type });
        await bothFollowACopy(ground, { disposition, cursor_type });
      }
  } finally {
    await dlt.close();
    await kind.close();
  }
}

async function main(names: readonly string[]): Promise<void> {
  const kinds = namedKinds(names);
  const python = pythonWithDlt();
  await Promise.all(kinds.map(async (open) => takeTurns(python, await open())));
  report();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
