import { TidemarkError } from '../../errors';
import { type Count, LaterNumber } from '../commit';
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

/** Characters of a script at the most, by Google's limits. */
const MOST_CHARACTERS = 1024 * 1024;
/** Tables that one transaction may change, by Google's limits. */
export const MOST_TABLES = 100;

/** A table of a dataset that a statement changes; temporary ones have no dataset. */
const CHANGED = /^(?:INSERT INTO|UPDATE|DELETE FROM) (`(?:[^`\\]|\\.)*`\.`(?:[^`\\]|\\.)*`)/;

/** A transaction that is being written down. Numbers in it are variables. */
export class Script {
  readonly #texts = new Texts();
  readonly #statements: string[] = [];
  readonly #limits: Limit[] = [];
  readonly #tables = new Set<string>();
  #numbers = 0;

  get isEmpty(): boolean {
    return this.#statements.length === 0;
  }

  run(sql: string, params: readonly SessionParam[] = []): LaterNumber {
    const changed = this.#number();
    const [, table] = CHANGED.exec(sql) ?? [];
    if (table !== undefined) this.#tables.add(table);
    this.#statements.push(this.#texts.fill(sql, params), `SET ${changed.expression} = @@row_count`);
    return changed;
  }

  /** Makes a temporary table: how many rows it got, the database doesn't say. */
  stage(sql: string, params: readonly SessionParam[] = []): void {
    this.#statements.push(this.#texts.fill(sql, params));
  }

  number(sql: string, params: readonly SessionParam[] = []): LaterNumber {
    const found = this.#number();
    this.#statements.push(`SET ${found.expression} = (${this.#texts.fill(sql, params)})`);
    return found;
  }

  atMost({ expression }: LaterNumber, limit: Limit): void {
    const at = this.#limits.push(limit) - 1;
    this.#statements.push(
      `IF ${expression} > ${limit.most} THEN RAISE USING MESSAGE = FORMAT('${CHECK}:${at}:%d', ${expression}); END IF`,
    );
  }

  /** @param guard the statement that changes a row if nothing has changed meanwhile */
  text(guard: string): ScriptText {
    const names = Array.from({ length: this.#numbers }, (_, at) => nameOf(at));
    const lines = [
      `DECLARE ${['tm_guard', ...names].join(', ')} INT64 DEFAULT 0`,
      'BEGIN TRANSACTION',
      guard,
      'SET tm_guard = @@row_count',
      `IF tm_guard <> 1 THEN RAISE USING MESSAGE = '${MOVED}'; END IF`,
      ...this.#statements,
      'COMMIT TRANSACTION',
      `SELECT ${[...names, ...COSTS.map((name) => `@@script.${name} AS ${name}`)].join(', ')}`,
    ];
    const sql = `${lines.join(';\n')};`;
    if (sql.length > MOST_CHARACTERS) throw tooLong(sql.length);
    return { sql, parameters: this.#texts.parameters };
  }

  /** @throws TidemarkError DESTINATION_REFUSED where it changes more tables than BigQuery takes, that of the guard among them */
  refuseTooManyTables(): void {
    const tables = this.#tables.size + 1;
    if (tables <= MOST_TABLES) return;
    throw new TidemarkError(
      'DESTINATION_REFUSED',
      `The load changes ${tables} tables, and BigQuery changes ${MOST_TABLES} in one transaction; stored rows that go count as well as new ones. Nothing was written. Load fewer resources together, or keep nested data as JSON by \`maxTableNesting\`.`,
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

const tooLong = (characters: number): TidemarkError =>
  new TidemarkError(
    'DESTINATION_REFUSED',
    `The commit is a script of ${characters} characters, and BigQuery takes ${MOST_CHARACTERS}: the names of all columns are in it. Nothing was written. Load fewer resources together, or keep nested data as JSON by \`maxTableNesting\`.`,
    { details: { characters } },
  );

const nameOf = (at: number): string => `tm_n${at}`;

/** What gives the value of a number by the row that a script ended with. */
export function valuesOf(row: Readonly<Record<string, unknown>>): (count: Count) => number {
  return (count) => (count instanceof LaterNumber ? count.valueIn((name) => Number(row[name])) : count);
}
