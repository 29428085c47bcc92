import { isFunction, linesOf, nodeIn, nodesIn, type PyNode, within } from './nodes';
import type { PyFile } from './scope';
import { keywordsOf } from './values';

/** What is not taken over of a file, by line. Texts name what it is and never its value, which may be a secret. */
export class Notes {
  readonly #notes: { readonly line: number; readonly text: string }[] = [];
  readonly #taken = new Set<PyNode>();

  add(line: number, text: string): void {
    if (!this.#notes.some((note) => note.line === line && note.text === text))
      this.#notes.push({ line, text });
  }

  /** Notes that a part of the file is taken over, or dealt with. */
  take(node: PyNode): void {
    this.#taken.add(node);
  }

  /** Notes the named arguments of a call that aren't among these. */
  leftOver(call: PyNode, what: string, taken: readonly string[]): void {
    for (const [name, , line] of keywordsOf(call))
      if (!taken.includes(name)) this.add(line, `${name} of ${what} isn't taken over`);
    for (const keyword of nodesIn(call['keywords']))
      if (keyword['arg'] === null) this.add(call.line, `what "**" gives to ${what} isn't taken over`);
  }

  /** All notes in the order of the lines, those about statements that nothing was taken of included. */
  lines(file: PyFile): readonly string[] {
    for (const statement of nodesIn(file.tree['body'])) this.#unused(statement, file);
    return [...this.#notes]
      .sort((a, b) => a.line - b.line)
      .map(({ line, text }) =>
        text.startsWith('lines ') || text.startsWith('line ') ? text : `line ${line}: ${text}`,
      );
  }

  #unused(statement: PyNode, file: PyFile): void {
    if (NOTHING.has(statement.type) || isText(statement) || callsOwn(statement, file)) return;
    if (file.lookedUp.has(statement) || this.#taken.has(statement)) return;
    const used = [...within(statement)].some((node) => this.#taken.has(node) || file.lookedUp.has(node));
    const parts = BODIES.flatMap((field) => nodesIn(statement[field]));
    // a condition is of no interest, what it guards is
    if (!used && statement.type !== 'If')
      this.add(statement.line, `${linesOf(statement)}: ${nameOf(statement)} isn't taken over`);
    else for (const part of parts) this.#unused(part, file);
  }
}

const NOTHING = new Set(['Import', 'ImportFrom', 'Pass', 'Return', 'Global', 'Nonlocal']);
const BODIES = ['body', 'orelse', 'finalbody'];

const isText = (statement: PyNode): boolean =>
  statement.type === 'Expr' && nodeIn(statement['value'])?.type === 'Constant';

/** Whether it only calls a function of the file, whose own statements are looked at. */
function callsOwn(statement: PyNode, { functions }: PyFile): boolean {
  const called = nodeIn(nodeIn(statement['value'])?.['func']);
  return (
    statement.type === 'Expr' &&
    called?.type === 'Name' &&
    functions.some(({ name }) => name === called['id'])
  );
}

/** What a statement is, without its values. */
function nameOf(statement: PyNode): string {
  if (isFunction(statement)) return `the function "${String(statement['name'])}"`;
  if (statement.type === 'ClassDef') return `the class "${String(statement['name'])}"`;
  const [target] = nodesIn(statement['targets'] ?? statement['target']);
  if (target?.type === 'Name') return `what is assigned to "${String(target['id'])}"`;
  const value = nodeIn(statement['value']);
  const called = value?.type === 'Call' ? dotted(nodeIn(value['func'])) : undefined;
  if (called !== undefined) return `the call of "${called}"`;
  if (/Assign$/.test(statement.type)) return 'this assignment';
  return statement.type === 'Expr' ? 'this expression' : `this "${statement.type.toLowerCase()}"`;
}

function dotted(node: PyNode | undefined): string | undefined {
  if (node?.type === 'Name') return String(node['id']);
  if (node?.type !== 'Attribute') return undefined;
  const owner = dotted(nodeIn(node['value']));
  return owner === undefined ? String(node['attr']) : `${owner}.${String(node['attr'])}`;
}
