import { CASES, type Case } from './cases';
import { check } from './checks';
import { type Contents, contentsOf } from './contents';
import { type Ground, Turns } from './turns';

type Side = 'dlt' | 'tidemark';

/** Who loads which run: the first stands for what is right. */
const ORDERS: readonly ((run: number) => Side)[] = [
  () => 'dlt',
  () => 'tidemark',
  (run) => (run % 2 === 0 ? 'dlt' : 'tidemark'),
  (run) => (run % 2 === 0 ? 'tidemark' : 'dlt'),
];

/** Whoever loads which run, what is stored is what dlt alone stores. */
export async function sameWhoeverLoads(ground: Ground): Promise<void> {
  for (const each of CASES.filter(({ only }) => only === undefined || only === ground.kind.name)) {
    const [expected, ...others] = await inEachOrder(ground, each);
    for (const { by, contents } of others)
      for (const part of Object.keys(contents) as (keyof Contents)[])
        check(
          `${ground.kind.name}, ${each.name}, loaded by ${by}: ${part}`,
          contents[part],
          expected!.contents[part],
        );
  }
}

interface Loaded {
  readonly by: string;
  readonly contents: Contents;
}

async function inEachOrder(ground: Ground, each: Case): Promise<readonly Loaded[]> {
  const shape = { source: 'shop', resource: each.resource ?? 'items', hints: each.hints };
  const loading: Promise<Loaded>[] = [];
  for (const order of ORDERS) {
    const sides = each.runs.map((_, run) => order(run));
    loading.push(loaded(await Turns.begin(ground, shape), each, sides));
  }
  return Promise.all(loading);
}

async function loaded(turns: Turns, each: Case, sides: readonly Side[]): Promise<Loaded> {
  for (const [run, rows] of each.runs.entries())
    await (sides[run] === 'dlt'
      ? turns.dlt(rows, 'kept', { settings: each.settings })
      : turns.tidemark(rows));
  const contents = await contentsOf(turns, each.stableIds ?? false);
  turns.remove();
  return { by: sides.join(', '), contents };
}
