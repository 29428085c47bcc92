import { isFunction, nodeIn, nodesIn, type PyNode } from './nodes';

interface Assignment {
  readonly name: string;
  readonly line: number;
  readonly value: PyNode;
  readonly statement: PyNode;
}

/** What names mean in a part of a file: the module, or a function in it. */
export interface PyScope {
  /** The function whose body it is; undefined for the module. */
  readonly of: PyNode | undefined;
  /** What was assigned to a name last before a line; in the module after it, too, since functions run later. */
  lookUp(name: string, line: number): PyNode | undefined;
  /** The full name of what an expression such as `dlt.sources.incremental` means, by the file's imports. */
  nameOf(node: PyNode | undefined): string | undefined;
}

/** A call, with what names mean where it stands. */
export interface FoundCall {
  readonly name: string;
  readonly node: PyNode;
  readonly scope: PyScope;
  /** The functions that it stands in, the outermost first. */
  readonly functions: readonly PyNode[];
}

/** A function with its decorators. */
export interface FoundFunction {
  readonly name: string;
  readonly node: PyNode;
  /** Names within it. */
  readonly scope: PyScope;
  readonly functions: readonly PyNode[];
}

/** A file, gone through once. */
export interface PyFile {
  readonly tree: PyNode;
  readonly module: PyScope;
  /** Every call, in the order of the text. */
  readonly calls: readonly FoundCall[];
  readonly functions: readonly FoundFunction[];
  /** Statements whose values were looked up: they are taken over by that. */
  readonly lookedUp: ReadonlySet<PyNode>;
}

/** Goes through a syntax tree: imports, assignments, calls, functions. */
export function scan(tree: PyNode): PyFile {
  const imports = importsOf(tree);
  const lookedUp = new Set<PyNode>();
  const calls: FoundCall[] = [];
  const functions: FoundFunction[] = [];
  const nameOf = (node: PyNode | undefined): string | undefined => {
    if (node === undefined) return undefined;
    if (node.type === 'Name') return imports.get(String(node['id'])) ?? String(node['id']);
    // `dlt.sources.incremental[int]`
    if (node.type === 'Subscript') return nameOf(nodeIn(node['value']));
    if (node.type !== 'Attribute') return undefined;
    const owner = nameOf(nodeIn(node['value']));
    return owner === undefined ? undefined : `${owner}.${String(node['attr'])}`;
  };
  const scopeFor = (of: PyNode | undefined, parent: PyScope | undefined): PyScope => {
    const assignments = assignmentsIn(of ?? tree);
    return {
      of,
      nameOf,
      lookUp(name, line) {
        const mine = assignments.filter((one) => one.name === name);
        const found =
          mine.filter((one) => one.line < line).at(-1) ?? (of === undefined ? mine.at(-1) : undefined);
        if (found === undefined || found.value.line === line) return parent?.lookUp(name, line);
        lookedUp.add(found.statement);
        return found.value;
      },
    };
  };
  const visit = (node: PyNode, scope: PyScope, inside: readonly PyNode[]): void => {
    if (node.type === 'Call')
      calls.push({ name: nameOf(nodeIn(node['func'])) ?? '', node, scope, functions: inside });
    const isDef = isFunction(node);
    const inner = isDef ? scopeFor(node, scope) : scope;
    if (isDef) functions.push({ name: String(node['name']), node, scope: inner, functions: inside });
    for (const [field, value] of Object.entries(node))
      for (const child of nodesIn(value)) {
        const isBody = isDef && field === 'body';
        visit(child, isBody ? inner : scope, isBody ? [...inside, node] : inside);
      }
  };
  const module = scopeFor(undefined, undefined);
  visit(tree, module, []);
  return { tree, module, calls, functions, lookedUp };
}

/** Imported names with what they stand for, wherever in the file they are imported. */
function importsOf(tree: PyNode): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (node: PyNode): void => {
    for (const alias of node.type === 'Import' || node.type === 'ImportFrom' ? nodesIn(node['names']) : []) {
      const [name, as] = [String(alias['name']), alias['asname']];
      const from = typeof node['module'] === 'string' ? `${node['module']}.` : '';
      // `import a.b` makes the name `a`
      if (typeof as === 'string') found.set(as, `${from}${name}`);
      else if (node.type === 'ImportFrom') found.set(name, `${from}${name}`);
    }
    for (const value of Object.values(node)) for (const child of nodesIn(value)) visit(child);
  };
  visit(tree);
  return found;
}

/** Assignments of a module or function, those in its branches and loops too, but not those of functions in it. */
function assignmentsIn(owner: PyNode): readonly Assignment[] {
  const found: Assignment[] = [];
  const visit = (node: PyNode): void => {
    const value = nodeIn(node['value']);
    const targets =
      node.type === 'Assign'
        ? nodesIn(node['targets'])
        : node.type === 'AnnAssign'
          ? nodesIn(node['target'])
          : [];
    for (const target of targets)
      if (target.type === 'Name' && value !== undefined)
        found.push({ name: String(target['id']), line: node.line, value, statement: node });
    if (node.type === 'With')
      for (const item of nodesIn(node['items'])) {
        const [as, given] = [nodeIn(item['optional_vars']), nodeIn(item['context_expr'])];
        if (as?.type === 'Name' && given !== undefined)
          found.push({ name: String(as['id']), line: node.line, value: given, statement: node });
      }
    for (const field of ['body', 'orelse', 'finalbody', 'handlers'])
      for (const child of nodesIn(node[field]))
        if (!isFunction(child) && child.type !== 'ClassDef') visit(child);
  };
  for (const child of nodesIn(owner['body'])) if (!isFunction(child)) visit(child);
  return found;
}
