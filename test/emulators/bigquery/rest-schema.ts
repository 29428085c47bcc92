import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The shape of a value, as Google's discovery document has it. */
export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'any' }
  | { readonly kind: 'literals'; readonly values: readonly string[] }
  | { readonly kind: 'array'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Shape> }
  | { readonly kind: 'named'; readonly name: string };

/** All types by name: `IJob`, and of parameters of methods `jobs.IGetParams`. */
export type RestSchema = ReadonlyMap<string, Shape>;

let known: RestSchema | undefined;

/** The types of BigQuery's REST API, read from the declarations that Google's client library comes with. */
export function restSchema(): RestSchema {
  known ??= parseTypes(readFileSync(declarations(), 'utf8'));
  return known;
}

function declarations(): string {
  const main = createRequire(__filename).resolve('@google-cloud/bigquery');
  return path.join(path.dirname(main), 'types.d.ts');
}

/** @throws Error for anything that isn't of the regular form that those declarations have */
export function parseTypes(text: string): RestSchema {
  const tokens = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ').match(/'[^']*'|\w+|[^\s\w]/g)!;
  const types = new Map<string, Shape>();
  let at = 0;
  const peek = (): string => tokens[at] ?? 'the end';
  const take = (): string => tokens[at++] ?? 'the end';

  function expect(...wanted: readonly string[]): void {
    for (const each of wanted) {
      const token = take();
      if (token !== each)
        throw new Error(`The declarations have "${token}" where "${each}" is expected (token ${at}).`);
    }
  }

  function namespace(prefix: string): void {
    expect('{');
    while (peek() !== '}') {
      const word = take();
      const name = take();
      if (word === 'namespace') namespace(`${name}.`);
      else if (word === 'type') {
        expect('=');
        types.set(`${prefix}${name}`, union());
        expect(';');
      } else throw new Error(`The declarations have "${word}" where a type is expected.`);
    }
    expect('}');
  }

  function union(): Shape {
    if (peek() === '|') take();
    const first = shape();
    const values = first.kind === 'literals' ? [...first.values] : [];
    while (peek() === '|') {
      take();
      const next = shape();
      if (first.kind !== 'literals' || next.kind !== 'literals')
        throw new Error('The declarations have a union of more than literals.');
      values.push(...next.values);
    }
    return first.kind === 'literals' ? { kind: 'literals', values } : first;
  }

  function shape(): Shape {
    const token = take();
    if (token.startsWith("'")) return { kind: 'literals', values: [token.slice(1, -1)] };
    if (token === 'string' || token === 'number' || token === 'boolean' || token === 'any')
      return { kind: token };
    if (token === '{') return object();
    if (token === 'Array') {
      expect('<');
      const of = union();
      expect('>');
      return { kind: 'array', of };
    }
    if (!/^\w+$/.test(token)) throw new Error(`The declarations have "${token}" where a type is expected.`);
    return { kind: 'named', name: token };
  }

  function object(): Shape {
    const fields = new Map<string, Shape>();
    if (peek() === '[') {
      expect('[', 'key', ':', 'string', ']', ':');
      const of = union();
      if (peek() === ';') take();
      expect('}');
      return { kind: 'map', of };
    }
    while (peek() !== '}') {
      const name = take().replace(/^'|'$/g, '');
      if (peek() === '?') take();
      expect(':');
      fields.set(name, union());
      if (peek() === ';') take();
    }
    expect('}');
    return { kind: 'object', fields };
  }

  expect('declare', 'namespace', 'bigquery');
  namespace('');
  return types;
}
