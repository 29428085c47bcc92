import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';
import { testEnvironment } from '../temporal/test-server';
import type { Block } from './markdown';

/** What a reader is told to do next. */
export type Step =
  | { readonly kind: 'file'; readonly name: string; readonly text: string; readonly line: number }
  | {
      readonly kind: 'commands';
      readonly commands: readonly string[];
      /** It is left running in a terminal of its own. */
      readonly staysUp: boolean;
      /** The lines that the page prints; `…` stands for any number of lines. */
      readonly output: readonly string[] | undefined;
      readonly line: number;
    };

/** Blocks whose first line is `// NAME` are files, `sh` blocks are called, a block without a language is what they print. */
export function stepsOf(blocks: readonly Block[]): readonly Step[] {
  return blocks.flatMap((block, index): Step[] => {
    const { language, text, line, hidden } = block;
    const [, name] = /^\/\/ (\S+\.\w+)\n/.exec(text) ?? [];
    if (name !== undefined) return [{ kind: 'file', name, text, line }];
    if (language !== 'sh') return [];
    const next = blocks[index + 1];
    const output = next?.language === '' ? next.text.trimEnd().split('\n') : undefined;
    const staysUp = hidden.some(({ kind }) => kind === 'stays up');
    return [{ kind: 'commands', commands: text.trimEnd().split('\n'), staysUp, output, line }];
  });
}

/** What differs from day to day and from machine to machine, made alike. Dates of January 2026 stay: the pages load those. */
export const masked = (line: string): string =>
  line
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\b(?!2026-01)\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'DATE')
    .replace(/\b\d{10}\.\d{6}\b/g, 'LOAD')
    .replace(/\b\d+(\.\d+)? (ms|s|kB)\b/g, 'N $2')
    .replace(/(load|DATE) {2,}/g, '$1  ')
    .trimEnd();

/** Whether a program printed these lines, in this order and with nothing between them but at a `…`. */
export function isAsPrinted(expected: readonly string[], printed: readonly string[]): boolean {
  const [first, ...others] = expected;
  if (first === undefined) return printed.length === 0;
  if (first === '…')
    return printed.some((_, at) => isAsPrinted(others, printed.slice(at))) || isAsPrinted(others, []);
  const [line, ...rest] = printed;
  return line !== undefined && masked(line) === masked(first) && isAsPrinted(others, rest);
}

/** Printed where the worker happens to hold the file. */
const WAITED = 'Waiting for the process that has the database open.';

/** How a reader gets the package: what the environment of their commands has. */
export type Provide = (home: string) => Readonly<Record<string, string>>;

/** By npm, out of a registry that has this tidemark. */
export const fromRegistry =
  (url: string): Provide =>
  (home) => ({
    npm_config_registry: url,
    // npx asks a person whether it may install
    npm_config_yes: 'true',
    npm_config_cache: path.join(home, '.npm'),
  });

/** The build, as npm would lay it out: `npx` and `npm` are scripts that do only that. */
export const fromBuild: Provide = (home) => {
  const bin = path.join(home, '.bin');
  mkdirSync(bin, { recursive: true });
  const main = path.join(ROOT, 'dist', 'src', 'cli', 'main.js');
  const links = ['tidemark', 'zod', 'luxon', 'typescript', '@types']
    .map(
      (name) =>
        `ln -s "${name === 'tidemark' ? ROOT : path.join(ROOT, 'node_modules', name)}" node_modules/${name}`,
    )
    .join('\n');
  const scripts = {
    npx: `[ "$1" = tidemark ] || exit 1\nshift\nexec "${process.execPath}" "${main}" "$@"`,
    npm: `[ "$1" = install ] || exit 1\nmkdir node_modules\n${links}`,
  };
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  return { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
};

/** A terminal in a folder: `cd` holds for the commands after it. */
export interface Terminal {
  /** Calls a command to its end. @returns the lines that it printed @throws where it fails */
  call(command: string): Promise<readonly string[]>;
  /** Starts a command that stays. @returns once it has printed these lines */
  keep(command: string, output: readonly string[]): Promise<void>;
  write(name: string, text: string): void;
  /** Ends what stayed, as Ctrl-C does. @throws where one of it never printed what it should */
  close(): Promise<void>;
}

export function openTerminal(home: string, provide: Provide): Terminal {
  const env = { ...testEnvironment(), NO_COLOR: '1', ...provide(home) };
  const kept: ChildProcess[] = [];
  /** What a command printed that hasn't printed yet what it should. */
  let awaited: (() => string) | undefined;
  let folder = home;
  const start = (command: string) => {
    // a group of its own: Ctrl-C reaches all of it, npx and what it started
    const child = spawn('sh', ['-c', `exec ${command}`], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const heard = (chunk: Buffer | string): void => {
      text += String(chunk);
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    const lines = (): readonly string[] =>
      text
        .trimEnd()
        .split('\n')
        .filter((line) => line !== WAITED);
    return { child, lines };
  };
  return {
    async call(command) {
      const [, to] = /^cd (\S+)$/.exec(command) ?? [];
      if (to !== undefined) {
        folder = path.join(folder, to);
        return [];
      }
      const { child, lines } = start(command);
      const code = await new Promise((resolve) => child.once('close', resolve));
      if (code !== 0) throw new Error(`"${command}" ended with ${code}:\n${lines().join('\n')}`);
      return lines();
    },
    keep: (command, output) =>
      new Promise((resolve, reject) => {
        const { child, lines } = start(command);
        kept.push(child);
        awaited = () => `"${command}" printed\n${lines().join('\n')}\n\nand not\n${output.join('\n')}`;
        const look = (): void => {
          if (!isAsPrinted(output, lines())) return;
          awaited = undefined;
          resolve();
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        child.once('close', (code) =>
          reject(new Error(`"${command}" ended with ${code}, after this:\n${lines().join('\n')}`)),
        );
      }),
    write: (name, text) => writeFileSync(path.join(folder, name), text),
    async close() {
      for (const child of kept.reverse()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = new Promise((resolve) => child.once('close', resolve));
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
        await ended;
      }
      if (awaited !== undefined) throw new Error(awaited());
    },
  };
}
