import path from 'node:path';
import { printError } from '../../src/cli/output/error';

import { createProgress, progressBar } from '../../src/cli/output/progress';
import { styleFor } from '../../src/cli/output/style';
import { renderTable } from '../../src/cli/output/table';
import { createTerminal, type Terminal } from '../../src/cli/output/terminal';
import { TidemarkError } from '../../src/errors';

function recorded(
  interactive: boolean,
  colour?: boolean,
): { terminal: Terminal; out: string[]; err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = createTerminal({
    stdout: { write: (text: unknown) => out.push(String(text)) > 0 },
    stderr: { write: (text: unknown) => err.push(String(text)) > 0, isTTY: interactive, columns: 60 },
    redact: (text) => text.replaceAll('hunter2', '[secret]'),
    colour,
  });
  return { terminal, out, err };
}

describe('what the command shows', () => {
  test('every channel cuts secret values out', () => {
    const { terminal, out, err } = recorded(true);
    terminal.out('a hunter2');
    terminal.err('b hunter2');
    terminal.rewrite('c hunter2');
    expect([...out, ...err]).toEqual(['a [secret]\n', 'b [secret]\n', 'c [secret]']);
  });

  test('what a terminal would act on is cut, but for styles', () => {
    const { terminal, out, err } = recorded(true, true);
    terminal.out('\u001b[31mred\u001b[39m \u001b[2J\u001b]0;title\u0007gone\rover');
    terminal.err('\u001b[1Aup\u009b2K');
    expect([...out, ...err]).toEqual(['\u001b[31mred\u001b[39m goneover\n', 'up\n']);
  });

  test('where nobody watches, the line that is written over is left out', () => {
    const { terminal, err } = recorded(false);
    const progress = createProgress(terminal);
    progress.update('1/26');
    progress.line('first interval loaded');
    progress.update('2/26');
    progress.end();
    expect(err).toEqual(['first interval loaded\n']);
  });

  test('on a terminal a line that stays is put above the one that is written over', () => {
    const { terminal, err } = recorded(true);
    const progress = createProgress(terminal);
    progress.update('1/26');
    progress.line('loaded');
    progress.update('1/26');
    progress.update('x'.repeat(100));
    progress.end();
    progress.end();
    expect(err).toEqual([
      '1/26',
      '\r\u001b[2K',
      'loaded\n',
      '1/26',
      '\r\u001b[2K',
      `${'x'.repeat(58)}…`,
      '\r\u001b[2K',
    ]);
  });

  test('a bar tells share, rows and what is left, and is full where there is nothing to do', () => {
    expect(progressBar({ done: 13, total: 26, rows: 1234, elapsedMs: 20_000 })).toBe(
      `${'█'.repeat(12)}${'░'.repeat(12)}  13/26  50 %  1,234 rows  about 20 s left`,
    );
    expect(progressBar({ done: 0, total: 0, elapsedMs: 0 })).toBe(`${'█'.repeat(24)}  0/0  100 %`);
  });

  test('a table has numbers to the right, one line a row, and long cells cut', () => {
    const { terminal } = recorded(false);
    expect(
      renderTable(
        terminal,
        ['table', 'rows'],
        [
          ['tickets', 12],
          [`events\n${'x'.repeat(100)}`, 1234],
        ],
      ).split('\n'),
    ).toEqual([
      `table                                                         rows`,
      `tickets                                                         12`,
      `events ${'x'.repeat(52)}…  1234`,
    ]);
  });

  test('a channel that shows no colours gets none, be the other one a terminal that does', () => {
    const parts: string[] = [];
    const stream = (name: string, isTTY: boolean) => ({
      write: (text: unknown) => parts.push(`${name} ${String(text)}`) > 0,
      isTTY,
      hasColors: () => isTTY,
    });
    const terminal = createTerminal({
      stdout: stream('out', true),
      stderr: stream('err', false),
      redact: (text) => text,
    });
    const text = styleFor(terminal.colour).red('red');
    terminal.out(text);
    terminal.err(text);
    expect(parts).toEqual(['out \u001b[31mred\u001b[39m\n', 'err red\n']);
  });

  test('a table is cut to a narrow terminal, and is whole in a pipe; a letter may take two columns', () => {
    const rows = [
      ['東京', 'a long sentence that says little', 1],
      ['Rome', 'short', 22],
    ];
    const columns = ['city', 'text', 'n'];
    expect(renderTable({ colour: false, width: 24 }, columns, rows).split('\n')).toEqual([
      'city  text             n',
      '東京  a long senten…   1',
      'Rome  short           22',
    ]);
    expect(renderTable({ colour: false }, columns, rows)).toContain('a long sentence that says little');
  });

  test('a table of many rows is printed as any other', () => {
    const rows = Array.from({ length: 150_000 }, (_, at) => [at]);
    expect(renderTable({ colour: false }, ['n'], rows).split('\n').at(-1)).toBe('149999');
  });

  test.each([
    [
      Object.assign(new Error("EACCES: permission denied, open 'x'"), { code: 'EACCES' }),
      /This user may not do that/,
    ],
    [
      new TidemarkError('DESTINATION_FAILED', 'it broke', { cause: new Error('No space left on device') }),
      /disk is full/,
    ],
  ])('what the system refuses has a cure: %s', (error, cure) => {
    const { terminal, err } = recorded(false);
    printError(terminal, error, { verbose: false, json: false });
    expect(err.join('')).toMatch(cure);
    expect(err.join('')).not.toContain('unexpected');
  });

  test('an error prints its message, its causes once each, and no stack', () => {
    const { terminal, out, err } = recorded(false);
    const root = new Error('connection refused');
    const error = new TidemarkError('TEMPORAL_UNAVAILABLE', 'No Temporal at "127.0.0.1:1"; start one.', {
      cause: new Error('12 UNAVAILABLE', { cause: root }),
    });
    printError(terminal, error, { verbose: false, json: true });
    expect(err.join('')).toBe(
      'error No Temporal at "127.0.0.1:1"; start one. [TEMPORAL_UNAVAILABLE]\n  cause 12 UNAVAILABLE\n  cause connection refused\n',
    );
    expect(JSON.parse(out.join(''))).toEqual({
      error: {
        code: 'TEMPORAL_UNAVAILABLE',
        message: 'No Temporal at "127.0.0.1:1"; start one.',
        details: {},
      },
    });
  });

  test('the stack is shown on request', () => {
    const { terminal, err } = recorded(false);
    printError(terminal, new Error('odd'), { verbose: true, json: false });
    expect(err.join('')).toContain(path.basename(__filename));
  });
});
