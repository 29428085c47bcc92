import { LaterNumber } from '../../../src/destination/commit';
import type { SessionParam } from '../../../src/destination/sql/driver';

/** What stands for the `?` of a statement in BigQuery: texts are named parameters, all else is written out. */
export class TwinParameters {
  readonly #texts: string[] = [];

  /** A statement with its parameters. */
  inlined(sql: string, params: readonly SessionParam[] = []): string {
    let at = 0;
    return sql.replaceAll('?', () => this.#written(params[at++] ?? null));
  }

  get sent(): readonly { readonly name: string; readonly type: string }[] {
    return this.#texts.map((_text, at) => ({ name: `p${at}`, type: 'STRING' }));
  }

  #written(param: SessionParam): string {
    if (param instanceof LaterNumber) return param.expression;
    if (typeof param !== 'string') return String(param).toUpperCase();
    return `@p${this.#texts.push(param) - 1}`;
  }
}
