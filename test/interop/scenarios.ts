import { decode } from '../../src/conformance';
import { check } from './checks';
import type { Kind } from './places';
import type { CursorKind, Shape } from './shape';
import { type Ground, Turns } from './turns';

interface Variant {
  readonly disposition: 'append' | 'merge';
  readonly cursor_type: CursorKind;
}

/** A moment of the example, in the cursor's type. */
const at = ({ cursor_type }: Variant, moment: number): unknown => MOMENTS[cursor_type](moment);

const MOMENTS: Readonly<Record<CursorKind, (moment: number) => unknown>> = {
  integer: (moment) => moment,
  text: (moment) => `key ${moment}`,
  date: (moment) => ({ $date: new Date(moment * 864_000).toISOString().slice(0, 10) }),
  datetime: (moment) => new Date(1_700_000_000_000 + moment * 1000).toISOString(),
};

const shapeOf = (variant: Variant): Shape => ({
  source: 'shop',
  resource: 'items',
  hints: { write_disposition: variant.disposition, primary_key: 'id' },
  cursor: { path: 'ts', type: variant.cursor_type, initial: at(variant, 0) },
});

const row = (
  variant: Variant,
  id: number,
  moment: number,
  tags: readonly string[] = [`t${id}`],
): unknown => ({
  id,
  ts: at(variant, moment),
  name: `item number ${id} of the shop`,
  lines: [{ sku: `s${id}`, tags }],
});

const steps = {
  first: (v: Variant) => [row(v, 1, 100), row(v, 2, 200), row(v, 3, 200)],
  second: (v: Variant) => [...steps.first(v), row(v, 4, 300)],
  third: (v: Variant) => [...steps.second(v), row(v, 5, 300), row(v, 6, 400)],
};

/** A moment as dlt prints it. */
function startOf(variant: Variant, moment: number): string {
  const value = at(variant, moment);
  if (variant.cursor_type === 'datetime') return String(value).replace('T', ' ').replace('.000Z', '+00:00');
  return String(decode(value));
}

/** What tidemark began, dlt goes on with, and tidemark after it. */
export async function dltContinues(ground: Ground, variant: Variant): Promise<void> {
  const name = `${ground.kind.name}, ${variant.disposition} by ${variant.cursor_type}, tidemark first`;
  const turns = await Turns.begin(ground, shapeOf(variant));
  await turns.tidemark(steps.first(variant));
  const versions = await turns.count('_dlt_version');
  check(
    `${name}: dlt starts where tidemark stopped`,
    (await turns.dlt(steps.second(variant), 'kept')).start,
    startOf(variant, 200),
  );
  await turns.checkContent(name, [1, 2, 3, 4]);
  check(`${name}: dlt finds the schema its own`, await turns.count('_dlt_version'), versions);
  check(`${name}: dlt without news writes nothing`, (await turns.dlt(steps.second(variant))).loads, 0);
  await turns.tidemark(steps.third(variant));
  await turns.checkContent(`${name}, then tidemark`, [1, 2, 3, 4, 5, 6]);
  const seventh = [...steps.third(variant), row(variant, 7, 500)];
  check(
    `${name}: dlt with its old folder follows`,
    (await turns.dlt(seventh, 'kept')).start,
    startOf(variant, 400),
  );
  await turns.checkContent(`${name}, then dlt`, [1, 2, 3, 4, 5, 6, 7]);
  if (variant.disposition === 'merge') await mergeGoesOn(name, turns, variant);
  turns.remove();
}

async function mergeGoesOn(name: string, turns: Turns, variant: Variant): Promise<void> {
  await turns.dlt([row(variant, 1, 600, ['new'])]);
  await turns.checkContent(`${name}, dlt updates`, [1, 2, 3, 4, 5, 6, 7]);
  await turns.tidemark([row(variant, 2, 700, ['new'])]);
  await turns.checkContent(`${name}, tidemark updates`, [1, 2, 3, 4, 5, 6, 7]);
  check(
    `${name}: both updates are there`,
    (await turns.query("SELECT 1 FROM items__lines__tags WHERE value = 'new'")).length,
    2,
  );
  await turns.dlt([{ id: 3, ts: at(variant, 800), name: 'no lines any more' }]);
  check(`${name}: dlt leaves no orphans`, await turns.count('items__lines'), 6);
  check(`${name}: nor further down`, await turns.count('items__lines__tags'), 6);
}

/** What dlt began, tidemark goes on with, and dlt after it. */
export async function tidemarkContinues(ground: Ground, variant: Variant): Promise<void> {
  const name = `${ground.kind.name}, ${variant.disposition} by ${variant.cursor_type}, dlt first`;
  const turns = await Turns.begin(ground, shapeOf(variant));
  await turns.dlt(steps.first(variant), 'kept');
  const versions = await turns.count('_dlt_version');
  await turns.tidemark(steps.second(variant));
  await turns.checkContent(name, [1, 2, 3, 4]);
  check(`${name}: tidemark finds the schema its own`, await turns.count('_dlt_version'), versions);
  check(
    `${name}: dlt with its old folder follows`,
    (await turns.dlt(steps.third(variant), 'kept')).start,
    startOf(variant, 300),
  );
  await turns.checkContent(`${name}, then dlt`, [1, 2, 3, 4, 5, 6]);
  await turns.tidemark([{ ...(row(variant, 7, 500) as object), fresh: 'column' }]);
  await turns.dlt([{ ...(row(variant, 8, 600) as object), other: 'column' }], 'kept');
  check(
    `${name}: new columns of both`,
    await turns.query('SELECT fresh, other FROM items WHERE id > 6 ORDER BY id'),
    [
      { fresh: 'column', other: null },
      { fresh: null, other: 'column' },
    ],
  );
  if (variant.disposition === 'merge') {
    await turns.checkContent(`${name}, new columns`, [1, 2, 3, 4, 5, 6, 7, 8]);
  }
  turns.remove();
}

/** Whoever loaded first, dlt with its old folder and on a new machine go on in the copy, and tidemark after them. */
export async function bothFollowACopy(ground: Ground, variant: Variant): Promise<void> {
  const name = `${ground.kind.name}, ${variant.disposition} by ${variant.cursor_type}, copied`;
  const turns = await Turns.begin(ground, shapeOf(variant));
  await turns.dlt(steps.first(variant), 'kept');
  await turns.move();
  const versions = await turns.count('_dlt_version');
  check(
    `${name}: dlt on a new machine`,
    (await turns.dlt(steps.second(variant))).start,
    startOf(variant, 200),
  );
  check(
    `${name}: dlt with its folder`,
    (await turns.dlt(steps.third(variant), 'kept')).start,
    startOf(variant, 300),
  );
  await turns.move();
  const seventh = [...steps.third(variant), row(variant, 7, 500)];
  check(`${name}: tidemark`, String((await turns.tidemark(seventh)).start), String(at(variant, 400)));
  await turns.checkContent(name, [1, 2, 3, 4, 5, 6, 7]);
  check(`${name}: the schema is the same`, await turns.count('_dlt_version'), versions);
  turns.remove();
}

const REFRESHES = [
  { refresh: 'drop_sources', disposition: 'append' },
  { refresh: 'drop_resources', disposition: 'merge' },
  { refresh: 'drop_data', disposition: 'append' },
] as const;

/** dlt forgets what there was and begins anew: tidemark goes on with what it left. */
export async function tidemarkFollowsARefresh(ground: Ground): Promise<void> {
  for (const { refresh, disposition } of REFRESHES) {
    const variant = { disposition, cursor_type: 'integer' } as const;
    const name = `${ground.kind.name}, dlt with ${refresh}`;
    const turns = await Turns.begin(ground, shapeOf(variant));
    await turns.tidemark(steps.first(variant));
    const { start } = await turns.dlt(steps.second(variant), 'kept', { refresh });
    check(`${name}: dlt begins anew`, start, startOf(variant, 0));
    await turns.checkContent(name, [1, 2, 3, 4]);
    check(`${name}: tidemark goes on`, (await turns.tidemark(steps.third(variant))).start, 300);
    await turns.checkContent(`${name}, then tidemark`, [1, 2, 3, 4, 5, 6]);
    const seventh = [...steps.third(variant), row(variant, 7, 500)];
    check(`${name}: dlt goes on`, (await turns.dlt(seventh, 'kept')).start, startOf(variant, 400));
    await turns.checkContent(`${name}, then dlt`, [1, 2, 3, 4, 5, 6, 7]);
    turns.remove();
  }
}

/** The schema that tidemark exports is one that dlt reads, with its hash, and would write. */
export async function dltReadsAnExport(ground: Ground): Promise<void> {
  for (const first of ['dlt', 'tidemark'] as const) {
    const variant = { disposition: 'merge', cursor_type: 'datetime' } as const;
    const turns = await Turns.begin(ground, shapeOf(variant));
    const rows = [...steps.first(variant), { ...(row(variant, 4, 300) as object), 'odd: "ünï" #': 'yes' }];
    await (first === 'dlt' ? turns.dlt(rows) : turns.tidemark(rows));
    const { yaml, hash } = await turns.exportSchema();
    const name = `${ground.kind.name}, exported, ${first} first`;
    const read = await ground.dlt.readSchema(yaml);
    check(`${name}: the hash`, read.hash, hash);
    check(`${name}: dlt would write it`, read.same, true);
    check(`${name}: tables`, read.tables.includes('items__lines__tags'), true);
    turns.remove();
  }
}

/** tidemark drops the resource: dlt with its old folder, and on a new machine, begins anew and makes its tables again. */
export async function dltFollowsADrop(ground: Ground): Promise<void> {
  for (const disposition of ['append', 'merge'] as const)
    for (const machine of ['kept', undefined]) {
      const variant = { disposition, cursor_type: 'integer' } as const;
      const name = `${ground.kind.name}, ${disposition}, dropped, dlt ${machine === undefined ? 'anew' : 'with its folder'}`;
      const turns = await Turns.begin(ground, shapeOf(variant));
      await turns.tidemark(steps.first(variant));
      await turns.dlt(steps.second(variant), 'kept');
      await turns.drop();
      const { start } = await turns.dlt(steps.second(variant), machine);
      check(`${name}: begins anew`, start, startOf(variant, 0));
      await turns.checkContent(name, [1, 2, 3, 4]);
      check(`${name}: tidemark goes on`, (await turns.tidemark(steps.third(variant))).start, 300);
      await turns.checkContent(`${name}, then tidemark`, [1, 2, 3, 4, 5, 6]);
      await turns.drop();
      await turns.tidemark(steps.first(variant));
      await turns.checkContent(`${name}, dropped again`, [1, 2, 3]);
      turns.remove();
    }
}

/** A dataset that began in another kind of destination: dlt and tidemark go on where it was copied to. */
export async function bothFollowToAnotherKind(ground: Ground, from: Kind): Promise<void> {
  for (const disposition of ['append', 'merge'] as const)
    for (const first of ['dlt', 'tidemark'] as const) {
      const variant = { disposition, cursor_type: 'datetime' } as const;
      const name = `${ground.kind.name}, ${disposition}, copied from ${from.name}, ${first} first`;
      const turns = await Turns.begin({ ...ground, kind: from }, shapeOf(variant));
      await (first === 'dlt'
        ? turns.dlt(steps.first(variant), 'kept')
        : turns.tidemark(steps.first(variant)));
      await turns.move(ground.kind);
      const versions = await turns.count('_dlt_version');
      check(
        `${name}: dlt starts where it stopped`,
        (await turns.dlt(steps.second(variant), 'kept')).start,
        startOf(variant, 200),
      );
      check(`${name}: dlt finds the schema its own`, await turns.count('_dlt_version'), versions);
      check(`${name}: dlt without news writes nothing`, (await turns.dlt(steps.second(variant))).loads, 0);
      await turns.tidemark(steps.third(variant));
      await turns.checkContent(`${name}, then tidemark`, [1, 2, 3, 4, 5, 6]);
      const seventh = [...steps.third(variant), row(variant, 7, 500)];
      check(
        `${name}: dlt with its folder follows`,
        (await turns.dlt(seventh, 'kept')).start,
        startOf(variant, 400),
      );
      await turns.checkContent(`${name}, then dlt`, [1, 2, 3, 4, 5, 6, 7]);
      if (disposition === 'merge') await mergeGoesOn(name, turns, variant);
      turns.remove();
    }
}
