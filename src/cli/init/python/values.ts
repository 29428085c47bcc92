import { isNode, nodeIn, nodesIn, type PyNode } from './nodes';
import type { PyScope } from './scope';

/** An instant or date as it is written: wall clock, and the zone that it is in. */
export class PyTime {
  constructor(
    /** `2024-01-31`, or `2024-01-31T06:00:00`. */
    readonly wall: string,
    /** IANA name; undefined where none is written. */
    readonly zone: string | undefined,
  ) {}
  /** As ISO text with `Z` if it is in UTC or in no zone, else as wall clock. */
  get text(): string {
    const inUtc = this.zone === undefined || this.zone === 'UTC';
    return inUtc && this.wall.includes('T') ? `${this.wall}Z` : this.wall;
  }
}

export class PyDuration {
  constructor(readonly seconds: number) {}
}

export class PyZone {
  constructor(readonly name: string) {}
}

/** A call that is no plain value: what is called by its full name, and the call itself. */
export class PyCall {
  constructor(
    readonly name: string,
    readonly node: PyNode,
  ) {}
}

/** What can't be known without running the file: a secret, the clock, whatever a function gives. */
export const UNKNOWN = Symbol('unknown');

const DEEPEST = 40;

/** The value of an expression, as far as it stands in the file: plain data, or one of the classes above, or UNKNOWN. */
export function evaluate(node: unknown, scope: PyScope, depth = 0): unknown {
  if (!isNode(node) || depth > DEEPEST) return UNKNOWN;
  const inner = (value: unknown): unknown => evaluate(value, scope, depth + 1);
  switch (node.type) {
    case 'Constant':
      return node['value'] === null && node['of'] !== 'NoneType' ? UNKNOWN : node['value'];
    case 'List':
    case 'Tuple':
    case 'Set':
      return nodesIn(node['elts']).map(inner);
    case 'Dict':
      return dictOf(node, inner);
    case 'Name': {
      const assigned = scope.lookUp(String(node['id']), node.line);
      return assigned === undefined ? UNKNOWN : inner(assigned);
    }
    case 'UnaryOp': {
      const value = inner(node['operand']);
      const minus = nodeIn(node['op'])?.type === 'USub';
      return minus && typeof value === 'number' ? -value : UNKNOWN;
    }
    case 'BinOp':
      return calculated(nodeIn(node['op'])?.type, inner(node['left']), inner(node['right']));
    case 'Attribute':
      return constantOf(scope.nameOf(node));
    case 'Call':
      return callOf(node, scope, inner);
    default:
      return UNKNOWN;
  }
}

function dictOf(node: PyNode, inner: (value: unknown) => unknown): unknown {
  const keys = [node['keys']].flat();
  const values = nodesIn(node['values']);
  const found: Record<string, unknown> = Object.create(null);
  keys.forEach((key, index) => {
    const name = inner(key);
    // `**other` has no key
    if (typeof name === 'string') found[name] = inner(values[index]);
    else Object.assign(found, key === null ? plainObject(inner(values[index])) : {});
  });
  return found;
}

const plainObject = (value: unknown): object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null ? value : {};

function calculated(op: string | undefined, left: unknown, right: unknown): unknown {
  if (typeof left === 'string' && typeof right === 'string' && op === 'Add') return left + right;
  if (left instanceof PyDuration && typeof right === 'number' && op === 'Mult')
    return new PyDuration(left.seconds * right);
  if (typeof left !== 'number' || typeof right !== 'number') return UNKNOWN;
  const result = { Add: left + right, Sub: left - right, Mult: left * right, Pow: left ** right }[String(op)];
  return result !== undefined && Number.isFinite(result) ? result : UNKNOWN;
}

function constantOf(name: string | undefined): unknown {
  return /(^|\.)(timezone\.utc|UTC|utc)$/.test(name ?? '') ? new PyZone('UTC') : UNKNOWN;
}

/** Functions whose values are known by their arguments; any other call is a PyCall. */
function callOf(node: PyNode, scope: PyScope, inner: (value: unknown) => unknown): unknown {
  const name = scope.nameOf(nodeIn(node['func'])) ?? '';
  const last = name.split('.').at(-1) ?? '';
  const positional = nodesIn(node['args']).map(inner);
  const named = new Map(keywordsOf(node).map(([key, value]) => [key, inner(value)] as const));
  if (/^(pendulum|datetime|pytz|zoneinfo|dateutil|airflow\.utils\.timezone|dlt\.common)\b/.test(name))
    switch (last) {
      case 'datetime':
      case 'DateTime':
        return timeOf(positional, named);
      case 'date':
      case 'Date':
        return timeOf(positional.slice(0, 3), named);
      case 'parse':
        return writtenTime(positional[0], named.get('tz'));
      case 'timedelta':
      case 'duration':
      case 'Duration':
        return durationOf(positional, named);
      case 'timezone':
      case 'Timezone':
      case 'ZoneInfo':
      case 'gettz':
        return typeof positional[0] === 'string' ? new PyZone(positional[0]) : UNKNOWN;
      default:
        return UNKNOWN;
    }
  if (/(^|\.)(timedelta)$/.test(name)) return durationOf(positional, named);
  return new PyCall(name, node);
}

/** Named arguments of a call, without `**more`. */
export const keywordsOf = (call: PyNode): readonly (readonly [name: string, value: PyNode, line: number])[] =>
  nodesIn(call['keywords']).flatMap((keyword) => {
    const [name, value] = [keyword['arg'], nodeIn(keyword['value'])];
    return typeof name === 'string' && value !== undefined ? [[name, value, keyword.line] as const] : [];
  });

const UNITS: Readonly<Record<string, number>> = {
  weeks: 604_800,
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
};

function durationOf(positional: readonly unknown[], named: ReadonlyMap<string, unknown>): unknown {
  let seconds = 0;
  const parts = [
    ...positional.map((value, index) => [['days', 'seconds'][index] ?? '', value] as const),
    ...named,
  ];
  for (const [unit, value] of parts) {
    const length = UNITS[unit];
    if (length === undefined || typeof value !== 'number') return UNKNOWN;
    seconds += length * value;
  }
  return new PyDuration(seconds);
}

const two = (value: number): string => String(value).padStart(2, '0');

function timeOf(positional: readonly unknown[], named: ReadonlyMap<string, unknown>): unknown {
  const part = (index: number, name: string, fallback?: number): number => {
    const value = positional[index] ?? named.get(name) ?? fallback;
    return typeof value === 'number' && Number.isInteger(value) ? value : Number.NaN;
  };
  const [year, month, day] = [part(0, 'year'), part(1, 'month'), part(2, 'day')];
  const [hour, minute, second] = [part(3, 'hour', 0), part(4, 'minute', 0), part(5, 'second', 0)];
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const zone = zoneOf(named.get('tz') ?? named.get('tzinfo') ?? positional[7]);
  if ([year, month, day, hour, minute, second].some(Number.isNaN) || zone === UNKNOWN) return UNKNOWN;
  const time = [hour, minute, second].map(two).join(':');
  return new PyTime(time === '00:00:00' ? date : `${date}T${time}`, zone as string | undefined);
}

function zoneOf(value: unknown): string | undefined | typeof UNKNOWN {
  if (value === undefined || value === null) return undefined;
  if (value instanceof PyZone) return value.name;
  return typeof value === 'string' ? value : UNKNOWN;
}

function writtenTime(text: unknown, tz: unknown): unknown {
  if (typeof text !== 'string') return UNKNOWN;
  const [, date, time, offset] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?(Z|\+00:?00)?$/.exec(text) ?? [];
  const zone = offset === undefined ? zoneOf(tz) : 'UTC';
  if (date === undefined || zone === UNKNOWN) return UNKNOWN;
  const full = time === undefined || time.length === 8 ? time : `${time}:00`;
  return new PyTime(full === undefined || full === '00:00:00' ? date : `${date}T${full}`, zone);
}
