import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalizeIdentifier, normalizePath, schemaNameOf } from '../../src/schema';
import { kind } from '../conformance/kinds/naming';
import { ROOT } from '../root';

interface Case {
  readonly id: string;
  readonly input: unknown;
  readonly expect: unknown;
}
const cases = JSON.parse(readFileSync(join(ROOT, 'test/conformance/cases/naming.json'), 'utf8')) as Case[];

describe('naming', () => {
  test.each(cases.map((item) => [item.id, item] as const))('%s is named as dlt names it', (_, item) => {
    expect(kind.run(item.input)).toEqual(item.expect);
  });

  test('a blank name is refused, in quotes', () => {
    expect(() => normalizeIdentifier(' \t')).toThrow(/" \t" is not a valid name/);
  });

  test('a path of separators only is empty', () => {
    expect(normalizePath('____')).toBe('');
  });

  test("white space is Python's: a byte order mark is not, a file separator is", () => {
    expect(normalizeIdentifier('\ufeffa')).toBe('_a');
    expect(normalizeIdentifier('\x1ca')).toBe('a');
  });

  test('the schema of a source has its name in snake case, of at most 64 characters', () => {
    expect(schemaNameOf('Zendesk-Support')).toBe('zendesk_support');
    expect(schemaNameOf('a'.repeat(100))).toHaveLength(64);
  });
});
