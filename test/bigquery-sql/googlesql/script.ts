import { LANGUAGE } from './language';
import type { LocalService } from './service';
import { Fields, flag, message, nested, text } from './wire';

/** A statement of a script. Parts are given as they are written. */
export type Step =
  | {
      readonly kind: 'declare';
      readonly names: readonly string[];
      readonly type: string | undefined;
      readonly value: string | undefined;
    }
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  | { readonly kind: 'if'; readonly branches: readonly Branch[] }
  | { readonly kind: 'raise'; readonly message: string | undefined }
  | { readonly kind: 'block'; readonly steps: readonly Step[]; readonly handler: readonly Step[] }
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'sql'; readonly sql: string }
  /** A form of GoogleSQL's that nothing here has needed yet. */
  | { readonly kind: 'unknown'; readonly sql: string };

/** What is done where a condition holds; without one, where none of those before it does. */
export interface Branch {
  readonly condition: string | undefined;
  readonly steps: readonly Step[];
}

/** Splits a script by GoogleSQL's own parser. @throws Refusal where it is no script */
export function parseScript(service: LocalService, sql: string): readonly Step[] {
  const request = message(text(1, sql), nested(2, LANGUAGE), flag(4, true));
  const script = new Fields(service.call('Parse', request)).at(3)!;
  const source = Buffer.from(sql);
  return stepsOf(script.at(2), source);
}

/** Numbers of fields of AnyASTStatementProto. */
const SCRIPT_STATEMENT = 95;
const TRANSACTIONS: readonly (readonly [field: number, kind: 'begin' | 'commit' | 'rollback'])[] = [
  [104, 'begin'],
  [106, 'commit'],
  [107, 'rollback'],
];

/** @param list ASTStatementListProto */
function stepsOf(list: Fields | undefined, source: Buffer): readonly Step[] {
  return (list?.all(2) ?? []).map((statement) => stepOf(statement, source));
}

function stepOf(statement: Fields, source: Buffer): Step {
  const part = (node: Fields | undefined): string | undefined => node && written(node, source);
  const sql = written(statement, source);
  const script = statement.at(SCRIPT_STATEMENT);
  if (script === undefined) {
    const [, kind] = TRANSACTIONS.find(([field]) => statement.has(field)) ?? [];
    return { kind: kind ?? 'sql', sql };
  }
  for (const [field, read] of Object.entries(FORMS)) {
    const node = script.at(Number(field));
    if (node !== undefined) return read(node, source, part);
  }
  return { kind: 'unknown', sql };
}

type Part = (node: Fields | undefined) => string | undefined;

/** By the fields of AnyASTScriptStatementProto. */
const FORMS: Readonly<Record<number, (node: Fields, source: Buffer, part: Part) => Step>> = {
  259: (node, source, part) => ({
    kind: 'if',
    branches: [
      { condition: part(node.at(2)), steps: stepsOf(node.at(3), source) },
      ...(node.at(4)?.all(2) ?? []).map((clause) => ({
        condition: part(clause.at(2)),
        steps: stepsOf(clause.at(3), source),
      })),
      { condition: undefined, steps: stepsOf(node.at(5), source) },
    ],
  }),
  277: (node, _source, part) => ({ kind: 'raise', message: part(node.at(2)) }),
  280: (node, source) => ({
    kind: 'block',
    steps: stepsOf(node.at(3), source),
    handler: stepsOf(node.at(4, 2, 2), source),
  }),
  282: (node, _source, part) => ({
    kind: 'declare',
    names: (node.at(2)?.all(2) ?? []).flatMap((name) => name.texts(2)),
    type: part(node.at(3)),
    value: part(node.at(4)),
  }),
  291: (node, _source, part) => ({
    kind: 'set',
    name: node.at(2)?.texts(2)[0] ?? '',
    value: part(node.at(3)) ?? '',
  }),
};

/** Numbers of fields of ParseLocationRangeProto. */
const RANGE_START = 2;
const RANGE_END = 3;

/** What stands in the script for a node of its tree. */
function written(node: Fields, source: Buffer): string {
  const { start, end } = rangeOf(node);
  return source.subarray(start, end).toString();
}

/**
 * Where a node stands. What a node is made of is told by its first field, the node that it is by inheritance; at the end of
 * that is the range, and in that the name of a file, which is empty. A message without it is a choice of one node among many.
 */
function rangeOf(node: Fields): { readonly start: number; readonly end: number } {
  let at: Fields | undefined = node;
  while (at !== undefined && !at.has(1)) at = at.onlyMessage();
  let range: Fields | undefined;
  for (at = at?.at(1); at !== undefined; at = at.at(1)) if (at.has(RANGE_END)) range = at;
  if (range === undefined) throw new RangeError('A node of the script has no place in it.');
  return { start: range.whole(RANGE_START) ?? 0, end: range.whole(RANGE_END)! };
}
