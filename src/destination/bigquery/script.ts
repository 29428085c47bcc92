import { TidemarkError } from '../../errors';
import { type Count, LaterNumber, written } from '../commit';
import type { Limit, SessionParam } from '../sql';
import { MOVED } from './failure';
import { type QueryParameter, Texts } from './parameters';

/** A transaction as one script. */
export interface ScriptText {
  readonly sql: string;
  readonly parameters: readonly QueryParameter[];
}

/** Begins the message of a script that ended by a limit: the number of the limit and the count follow. */
const CHECK = 'tidemark:check';

/** What a script has cost until its last statement. */
const COSTS = ['bytes_billed', 'bytes_processed', 'slot_ms'] as const;

/** Bytes of a script at the most, by Google's limits. */
const MOST_BYTES = 1024 * 1024;
/** Tables that one transaction may change, by Google's limits. */
export const MOST_TABLES = 100;

/** A table of a dataset that a statement changes; temporary ones have no dataset. */
const CHANGED = /^(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE TABLE) (`(?:[^`\\]|\\.)*`\.`(?:[^`\\]|\\.)*`)/;

/** A statement, one that gives a number its value, or statements that are run where there is something to do. */
type Statement =
  | { readonly text: string; readonly gives?: string }
  | { readonly onlyIf: string; readonly statements: readonly Statement[] };

const NUMBER = /\btm_n\d+\b/g;

/** A transaction that is being written down. Numbers in it are variables. */
export class Script {
  readonly #texts = new Texts();
  readonly #limits: Limit[] = [];
  readonly #tables = new Set<string>();
  #statements: Statement[] = [];
  #numbers = 0;

  get isEmpty(): boolean {
    return this.#statements.length === 0;
  }

  run(sql: string, params: readonly SessionParam[] = []): LaterNumber {
    const changed = this.#number();
    const [, table] = CHANGED.exec(sql) ?? [];
    if (table !== undefined) this.#tables.add(table);
    const { expression: gives } = changed;
    this.#statements.push(
      { text: this.#texts.fill(sql, params) },
      { text: `SET ${gives} = @@row_count`, gives },
    );
    return changed;
  }

  /** Makes a temporary table: how many rows it got, the database doesn't say. */
  stage(sql: string, params: readonly SessionParam[] = []): void {
    this.#statements.push({ text: this.#texts.fill(sql, params) });
  }

  number(sql: string, params: readonly SessionParam[] = []): LaterNumber {
    const found = this.#number();
    const { expression: gives } = found;
    this.#statements.push({ text: `SET ${gives} = (${this.#texts.fill(sql, params)})`, gives });
    return found;
  }

  /** Statements that work adds are run where a number isn't 0: one that deletes costs what its table has, whatever it deletes. */
  async onlyIf<T>({ expression }: LaterNumber, work: () => Promise<T>): Promise<T> {
    const before = this.#statements;
    this.#statements = [];
    try {
      const done = await work();
      before.push({ onlyIf: expression, statements: this.#statements });
      return done;
    } finally {
      this.#statements = before;
    }
  }

  atMost({ expression }: LaterNumber, limit: Limit): void {
    const at = this.#limits.push(limit) - 1;
    this.#statements.push({
      text: `IF ${expression} > ${limit.most} THEN RAISE USING MESSAGE = FORMAT('${CHECK}:${at}:%d', ${expression}); END IF`,
    });
  }

  /**
   * @param guard the statement that changes a row if nothing has changed meanwhile
   * @param wanted numbers that are asked for when it has run
   * @throws TidemarkError DESTINATION_REFUSED for one that is too long
   */
  text(guard: string, wanted: readonly Count[]): ScriptText {
    const asked = new Set(wanted.flatMap((count) => written(count).match(NUMBER) ?? []));
    const used = new Set([...asked, ...usedIn(this.#statements)]);
    const lines = [
      `DECLARE ${['tm_guard', ...used].join(', ')} INT64 DEFAULT 0`,
      'BEGIN TRANSACTION',
      guard,
      'SET tm_guard = @@row_count',
      `IF tm_guard <> 1 THEN RAISE USING MESSAGE = '${MOVED}'; END IF`,
      ...rendered(this.#statements, used),
      'COMMIT TRANSACTION',
      `SELECT ${[...asked, ...COSTS.map((name) => `@@script.${name} AS ${name}`)].join(', ')}`,
    ];
    const sql = `${lines.join(';\n')};`;
    const bytes = Buffer.byteLength(sql);
    if (bytes > MOST_BYTES) throw tooLong(bytes);
    return { sql, parameters: this.#texts.parameters };
  }

  /** @throws TidemarkError DESTINATION_REFUSED where it changes more tables than BigQuery takes, that of the guard among them */
  refuseTooManyTables(): void {
    const tables = this.#tables.size + 1;
    if (tables <= MOST_TABLES) return;
    throw new TidemarkError(
      'DESTINATION_REFUSED',
      `${tables} tables are to be changed, and BigQuery changes ${MOST_TABLES} in one transaction; rows that go count as well as new ones. Nothing was written. Of a load: load fewer resources together, or keep nested data as JSON by \`maxTableNesting\`.`,
      { details: { tables } },
    );
  }

  /** Throws what the limit says that ended the script, if it was one. @param message of the job that failed */
  refuse(message: string): void {
    const [, at, count] = /tidemark:check:(\d+):(\d+)/.exec(message) ?? [];
    if (at !== undefined) this.#limits[Number(at)]?.refuse(Number(count));
  }

  #number(): LaterNumber {
    return new LaterNumber(nameOf(this.#numbers++));
  }
}

/** Numbers that statements use. */
function usedIn(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap((one) => {
    if ('onlyIf' in one) return [...(one.onlyIf.match(NUMBER) ?? []), ...usedIn(one.statements)];
    return (one.text.match(NUMBER) ?? []).filter((name) => name !== one.gives);
  });
}

/** Each statement is a job of Google's: what counts for nobody is left out. */
function rendered(statements: readonly Statement[], used: ReadonlySet<string>): readonly string[] {
  return statements.flatMap((one) => {
    if ('onlyIf' in one) {
      const inner = rendered(one.statements, used);
      return inner.length === 0 ? [] : [`IF ${one.onlyIf} > 0 THEN ${inner.join('; ')}; END IF`];
    }
    return one.gives === undefined || used.has(one.gives) ? [one.text] : [];
  });
}

const tooLong = (bytes: number): TidemarkError =>
  new TidemarkError(
    'DESTINATION_REFUSED',
    `The commit is a script of ${bytes} bytes, and BigQuery takes ${MOST_BYTES}: the names of all columns are in it. Nothing was written. Load fewer resources together, or keep nested data as JSON by \`maxTableNesting\`.`,
    { details: { bytes } },
  );

const nameOf = (at: number): string => `tm_n${at}`;

/** What gives the value of a number by the row that a script ended with. */
export function valuesOf(row: Readonly<Record<string, unknown>>): (count: Count) => number {
  return (count) => (count instanceof LaterNumber ? count.valueIn((name) => Number(row[name])) : count);
}
