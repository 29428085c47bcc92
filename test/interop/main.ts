/**
 * Real dlt and tidemark take turns on one dataset: each goes on where the other stopped, without loss or repetition.
 * `npm run interop` (all destinations), `npm run interop -- postgres`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { incremental, type Pipeline, pipeline, resource } from '../../src';
import { releaseIdleFiles } from '../../src/destination';
import { sourceOf } from '../../src/source';
import { type DltStep, pythonWithDlt, runDlt } from './dlt';
import { KINDS, type Kind, type Place } from './places';

type Variant = Pick<DltStep, 'disposition' | 'cursor_type'>;

const NAMES = {
  pipeline: 'shop',
  dataset: 'shop_data',
  source: 'shop',
  resource: 'items',
  cursor: 'ts',
} as const;

let passed = 0;
const failures: string[] = [];

function check(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) passed += 1;
  else failures.push(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

/** A moment of the example, in the cursor's type. */
const at = (variant: Variant, moment: number): number | string =>
  variant.cursor_type === 'integer' ? moment : new Date(1_700_000_000_000 + moment * 1000).toISOString();

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

/** Where turns are taken. */
interface Ground {
  readonly python: string;
  readonly kind: Kind;
}

class Turns {
  readonly #ground: Ground;
  readonly #variant: Variant;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'tidemark-interop-'));
  #place: Promise<Place>;
  #machines = 0;

  constructor(ground: Ground, variant: Variant) {
    this.#ground = ground;
    this.#variant = variant;
    this.#place = ground.kind.place(this.#folder);
  }

  /** Copies the dataset to another place, in which all goes on. */
  async move(): Promise<void> {
    const place = await this.#ground.kind.place(this.#folder);
    const ref = { pipeline: NAMES.pipeline, dataset: NAMES.dataset, workDir: this.#folder };
    const target = await place.tidemark.open(ref);
    await this.#withPipeline(async (from) => {
      const source = await from.openDataset();
      await source.contents((contents) => target.receive(contents, { clock: Date.now }));
    });
    await target.close();
    releaseIdleFiles();
    this.#place = Promise.resolve(place);
  }

  async dlt(rows: readonly unknown[], machine?: string): ReturnType<typeof runDlt> {
    const { dlt } = await this.#place;
    return runDlt(this.#ground.python, dlt, {
      ...NAMES,
      ...this.#variant,
      rows,
      initial: at(this.#variant, 0),
      pipelines_dir: path.join(this.#folder, machine ?? `machine-${++this.#machines}`),
    });
  }

  async tidemark(rows: readonly unknown[]): Promise<{ start: unknown }> {
    const seen: { start: unknown } = { start: undefined };
    const { cursor_type: type, disposition } = this.#variant;
    const items = resource({
      name: NAMES.resource,
      primaryKey: 'id',
      writeDisposition: disposition,
      incremental: {
        ts: incremental<unknown>({ cursor: 'ts', type, initialValue: at(this.#variant, 0) } as never),
      },
      extract: ({ incremental: { ts } }: { incremental: { ts: { startValue: unknown } } }) => {
        seen.start = ts.startValue;
        return [rows];
      },
    } as never);
    await this.#withPipeline(
      async (target) =>
        void (await target.run(sourceOf({ name: NAMES.source, resources: [items] } as never) as never)),
    );
    return seen;
  }

  async query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    let rows: readonly Readonly<Record<string, unknown>>[] = [];
    await this.#withPipeline(async (target) => {
      const dataset = await target.openDataset();
      rows = (await dataset.query(sql)).rows;
    });
    return rows;
  }

  async #withPipeline(work: (target: Pipeline) => Promise<void>): Promise<void> {
    const target = pipeline({
      name: NAMES.pipeline,
      dataset: NAMES.dataset,
      destination: (await this.#place).tidemark,
      workDir: path.join(this.#folder, 'work'),
    });
    try {
      await work(target);
    } finally {
      await target.close();
    }
  }

  async count(table: string): Promise<unknown> {
    return (await this.query(`SELECT count(*) AS n FROM ${table}`))[0]?.n;
  }

  async checkContent(when: string, ids: readonly number[]): Promise<void> {
    check(
      `${when}: rows`,
      (await this.query('SELECT id FROM items ORDER BY id')).map(({ id }) => id),
      ids,
    );
    const children = await this.query(
      'SELECT i.id, l.sku, t.value AS tag FROM items i JOIN items__lines l ON l._dlt_parent_id = i._dlt_id JOIN items__lines__tags t ON t._dlt_parent_id = l._dlt_id ORDER BY 1, 3',
    );
    check(
      `${when}: children`,
      children.map(({ id }) => id),
      ids,
    );
    check(`${when}: lines`, await this.count('items__lines'), ids.length);
    check(`${when}: tags`, await this.count('items__lines__tags'), ids.length);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const startOf = (variant: Variant, moment: number): string =>
  variant.cursor_type === 'integer'
    ? String(moment)
    : String(at(variant, moment)).replace('T', ' ').replace('.000Z', '+00:00');

async function dltContinues(ground: Ground, variant: Variant): Promise<void> {
  const name = `${ground.kind.name}, ${variant.disposition} by ${variant.cursor_type}, tidemark first`;
  const turns = new Turns(ground, variant);
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

async function tidemarkContinues(ground: Ground, variant: Variant): Promise<void> {
  const name = `${ground.kind.name}, ${variant.disposition} by ${variant.cursor_type}, dlt first`;
  const turns = new Turns(ground, variant);
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
async function bothFollowACopy(ground: Ground, variant: Variant): Promise<void> {
  const name = `${ground.kind.name}, ${variant.disposition} by ${variant.cursor_type}, copied`;
  const turns = new Turns(ground, variant);
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

async function takeTurns(python: string, kind: Kind): Promise<void> {
  const ground = { python, kind };
  try {
    for (const disposition of ['append', 'merge'] as const)
      for (const cursor_type of ['integer', 'datetime'] as const) {
        await dltContinues(ground, { disposition, cursor_type });
        await tidemarkContinues(ground, { disposition, cursor_type });
        await bothFollowACopy(ground, { disposition, cursor_type });
      }
  } finally {
    await kind.close();
  }
}

async function main(names: readonly string[]): Promise<void> {
  const kinds = namedKinds(names);
  const python = await pythonWithDlt();
  // beside each other: most of the time is the start of Python
  await Promise.all(kinds.map(async (open) => takeTurns(python, await open())));
  for (const failure of failures) console.log(failure);
  console.log(`${passed} passed, ${failures.length} failed`);
  if (failures.length > 0) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
