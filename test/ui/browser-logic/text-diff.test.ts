import fc from 'fast-check';
import { type DiffLine, diffLines, layOutJson } from '../../../ui/grid/model/text-diff';

const texts = (lines: readonly DiffLine[], ...kinds: readonly DiffLine['kind'][]): string[] =>
  lines.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text);

describe('JSON is laid out', () => {
  test('as JSON.stringify would', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(layOutJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  test('with every digit of a number', () => {
    expect(layOutJson('{"id":12345678901234567890.10}')).toBe('{\n  "id": 12345678901234567890.10\n}');
  });
});

describe('two texts are compared', () => {
  // few different lines, so that many are the same
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 });

  test('what was and what is can be read from it', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before.join('\n'), after.join('\n'));
        if (lines.some(({ kind }) => kind === 'skipped')) return;
        expect(texts(lines, 'same', 'removed')).toEqual(before);
        expect(texts(lines, 'same', 'added')).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });

  test('only what changed is marked, and what is far from it is not shown', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const after = before.with(10, 'another');
    expect(diffLines(before.join('\n'), after.join('\n'))).toEqual([
      { kind: 'skipped', text: '7 lines unchanged' },
      ...['line 7', 'line 8', 'line 9'].map((line) => ({ kind: 'same', text: line })),
      { kind: 'removed', text: 'line 10' },
      { kind: 'added', text: 'another' },
      ...['line 11', 'line 12', 'line 13'].map((line) => ({ kind: 'same', text: line })),
      { kind: 'skipped', text: '6 lines unchanged' },
    ]);
  });

  test('texts of many lines are told as taken out and put in', () => {
    const before = Array.from({ length: 1_000 }, (_, index) => `old ${index}`);
    const after = Array.from({ length: 1_000 }, (_, index) => `new ${index}`);
    const lines = diffLines(before.join('\n'), after.join('\n'));
    expect([texts(lines, 'removed').length, texts(lines, 'added').length]).toEqual([1_000, 1_000]);
  });
});
