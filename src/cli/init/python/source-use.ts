import { type DltIncremental, HINT_NAMES, type HintTexts, hintsOf } from './dlt-facts';
import { nodeIn, nodesIn, type PyNode } from './nodes';
import type { Notes } from './notes';
import type { PyFile, PyScope } from './scope';
import { evaluate, keywordsOf, PyCall, UNKNOWN } from './values';

/** What a pipeline is run with: a call of a source, and what is done to it before. */
export interface SourceUse {
  /** Full name of what is called: `zendesk.zendesk_support`. */
  readonly name: string;
  readonly node: PyNode;
  readonly scope: PyScope;
  /** Arguments by name; positional ones by their index. */
  readonly args: ReadonlyMap<string, PyNode>;
  /** Names of `with_resources`; undefined for all. */
  readonly selected: readonly string[] | undefined;
  /** Of `.with_name(…)`. */
  readonly as: string | undefined;
  /** The reader after `|`: `read_csv`. */
  readonly reader: string | undefined;
  /** What `apply_hints` says of single resources, by name. */
  readonly hints: ReadonlyMap<string, ResourceHints>;
}

export interface ResourceHints {
  readonly hints: HintTexts;
  readonly incremental: DltIncremental | undefined;
}

interface Steps {
  selected?: readonly string[];
  as?: string;
  reader?: string;
}

const LISTS = new Set(['List', 'Tuple']);
const NO_SOURCES = new Set(['Dict', 'Constant', 'List', 'Tuple']);

/** The sources in an expression: a call with its steps, a name of one, or a list of them. */
export function sourcesIn(
  expression: PyNode,
  scope: PyScope,
  context: { readonly file: PyFile; readonly notes: Notes },
): readonly SourceUse[] {
  const { file, notes } = context;
  if (expression.type === 'Name') {
    const list = scope.lookUp(String(expression['id']), expression.line);
    if (list !== undefined && LISTS.has(list.type)) return sourcesIn(list, scope, context);
  }
  // rows that stand in the file are no sources
  const isList =
    LISTS.has(expression.type) && !nodesIn(expression['elts']).some(({ type }) => NO_SOURCES.has(type));
  if (isList) return nodesIn(expression['elts']).flatMap((one) => sourcesIn(one, scope, context));
  const steps: Steps = {};
  const base = baseOf(expression, scope, { steps, notes, file, depth: 0 });
  if (base === undefined) {
    notes.add(expression.line, "what is loaded here isn't a call that can be followed: write its source");
    return [];
  }
  const positional = nodesIn(base.node['args']).map((one, index) => [String(index), one] as const);
  notes.take(base.node);
  return [
    {
      name: base.name,
      node: base.node,
      scope,
      args: new Map([...positional, ...keywordsOf(base.node).map(([name, value]) => [name, value] as const)]),
      selected: steps.selected,
      as: steps.as,
      reader: steps.reader,
      hints: hintsFor(base.node, { file, notes }),
    },
  ];
}

/** Follows `a().with_resources(…)`, `a() | read_csv()` and names to the call that makes the source. */
function baseOf(
  node: PyNode,
  scope: PyScope,
  context: { readonly steps: Steps; readonly notes: Notes; readonly file: PyFile; readonly depth: number },
): PyCall | undefined {
  const { steps, notes, file, depth } = context;
  if (depth > 20) return undefined;
  const follow = (inner: PyNode | undefined): PyCall | undefined =>
    inner && baseOf(inner, scope, { ...context, depth: depth + 1 });
  if (node.type === 'Name') {
    const name = String(node['id']);
    // a resource needs no call
    if (file.functions.some((one) => one.name === name)) return new PyCall(name, node);
    return follow(scope.lookUp(name, node.line));
  }
  if (node.type === 'BinOp' && nodeIn(node['op'])?.type === 'BitOr') {
    const right = nodeIn(node['right']);
    const reader = right && scope.nameOf(right.type === 'Call' ? nodeIn(right['func']) : right);
    if (reader !== undefined) steps.reader = reader.split('.').at(-1) ?? reader;
    if (right !== undefined) notes.take(right);
    return follow(nodeIn(node['left']));
  }
  if (node.type === 'Attribute') return follow(nodeIn(node['value']));
  if (node.type !== 'Call') return undefined;
  const called = nodeIn(node['func']);
  const step = called?.type === 'Attribute' ? String(called['attr']) : undefined;
  const texts = (): readonly string[] =>
    nodesIn(node['args'])
      .map((one) => evaluate(one, scope))
      .filter((one) => typeof one === 'string');
  switch (step) {
    case 'with_resources':
      steps.selected = texts();
      if (texts().length < nodesIn(node['args']).length)
        notes.add(node.line, 'with_resources names resources that are computed: write them');
      break;
    case 'with_name': {
      const [name] = texts();
      if (name !== undefined) steps.as = name;
      break;
    }
    case 'add_limit':
    case 'add_map':
    case 'add_filter':
    case 'add_yield_map':
    case 'apply_hints':
    case 'parallelize':
      notes.add(node.line, `${step} isn't taken over here`);
      break;
    default: {
      const name = scope.nameOf(called);
      return name === undefined ? undefined : new PyCall(name, node);
    }
  }
  notes.take(node);
  return follow(nodeIn(called?.['value']));
}

/** What is said by `source.RESOURCE.apply_hints(…)`, of the source that a call makes. */
function hintsFor(
  made: PyNode,
  { file, notes }: { readonly file: PyFile; readonly notes: Notes },
): ReadonlyMap<string, ResourceHints> {
  const found = new Map<string, ResourceHints>();
  for (const { node, scope } of file.calls) {
    const called = nodeIn(node['func']);
    if (called?.type !== 'Attribute' || called['attr'] !== 'apply_hints') continue;
    const owner = nodeIn(called['value']);
    const resource = resourceNamed(owner, scope);
    const base = owner && baseOf(owner, scope, { steps: {}, notes, file, depth: 0 });
    const from =
      base ?? (owner?.type === 'Subscript' ? subscripted(owner, scope, { notes, file }) : undefined);
    if (resource === undefined || from?.node !== made) continue;
    notes.take(node);
    notes.leftOver(node, `apply_hints of ${resource}`, HINT_NAMES);
    found.set(resource, hintsOf(node, { scope, notes, what: resource }));
  }
  return found;
}

/** `orders` of `source.orders` and of `source.resources["orders"]`. */
function resourceNamed(node: PyNode | undefined, scope: PyScope): string | undefined {
  if (node?.type === 'Attribute') return String(node['attr']);
  const key = node?.type === 'Subscript' ? evaluate(node['slice'], scope) : UNKNOWN;
  return typeof key === 'string' ? key : undefined;
}

function subscripted(
  node: PyNode,
  scope: PyScope,
  context: { readonly notes: Notes; readonly file: PyFile },
): PyCall | undefined {
  const owner = nodeIn(node['value']);
  return owner && baseOf(owner, scope, { ...context, steps: {}, depth: 0 });
}
