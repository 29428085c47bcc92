import { yamlText } from '../../src/operate/yaml-text';

describe('plain data as YAML', () => {
  test('is in blocks, empty ones on their line', () => {
    expect(
      yamlText({
        name: 'shop',
        list: ['a', { b: 1, c: [true, null] }, []],
        nothing: undefined,
        empty: {},
        nested: { deep: { x: 1.5 } },
      }),
    ).toBe(
      [
        'name: shop',
        'list:',
        '  - a',
        '  - b: 1',
        '    c:',
        '      - true',
        '      - null',
        '  - []',
        'empty: {}',
        'nested:',
        '  deep:',
        '    x: 1.5',
        '',
      ].join('\n'),
    );
  });

  test.each([
    ['no', '"no"'],
    ['Y', '"Y"'],
    ['null', '"null"'],
    ['1e3', '"1e3"'],
    ['2024-01-01', '"2024-01-01"'],
    ['', '""'],
    ['a: b', '"a: b"'],
    ['# x', '"# x"'],
    ['ünï', '"ünï"'],
    ['it\'s "so"\n\\', '"it\'s \\"so\\"\\n\\\\"'],
    ['\u0085\u2028', '"\\u0085\\u2028"'],
    ['_dlt_id', '_dlt_id'],
  ])('writes the text %j as %s, as a key too', (text, expected) => {
    expect(yamlText({ [text]: text })).toBe(`${expected}: ${expected}\n`);
  });
});
