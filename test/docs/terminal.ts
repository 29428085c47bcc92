import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';
import { testEnvironment } from '../temporal/test-server';
import { differs, isAsPrinted } from './tutorial';

/** Printed where the worker happens to hold the file. */
const WAITED = 'Waiting for the process that has the database open.';

/** After this a command hangs. Nothing of a page takes as long, on a busy machine either. */
const HANGS_AFTER_MS = 480_000;

/** After this what doesn't end by Ctrl-C is killed. */
const ENDS_WITHIN_MS = 60_000;

/** How a reader gets the package: what the environment of their commands has. */
export type Provide = (home: string) => Readonly<Record<string, string>>;

/** A `PATH` on which programs come first that are given as texts of shell scripts, by their names. */
export function pathWith(home: string, scripts: Readonly<Record<string, string>>): string {
  const bin = path.join(home, '.bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  return `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`;
}

/** The build, as npm would lay it out: `npx` and `npm` are scripts that do only that. */
export const fromBuild: Provide = (home) => {
  const main = path.join(ROOT, 'dist', 'src', 'cli', 'main.js');
  const links = ['tidemark', 'zod', 'luxon', 'typescript', '@types']
    .map(
      (name) =>
        `ln -s "${name === 'tidemark' ? ROOT : path.join(ROOT, 'node_modules', name)}" node_modules/${name}`,
    )
    .join('\n');
  return {
    PATH: pathWith(home, {
      npx: `[ "$1" = tidemark ] || exit 1\nshift\nexec "${process.execPath}" "${main}" "$@"`,
      npm: `[ "$1" = install ] || exit 1\nmkdir node_modules\n${links}`,
    }),
  };
};

/** A terminal in a folder: `cd` holds for the commands after it. */
export interface Terminal {
  /** Calls a command to its end. @returns the lines that it printed @throws where it fails, or hangs */
  call(command: string): Promise<readonly string[]>;
  /** Starts a command that stays. @returns once it has printed these lines @throws where it ends, or never prints them */
  keep(command: string, output: readonly string[]): Promise<void>;
  write(name: string, text: string): void;
  /** Ends what runs, as Ctrl-C does. */
  close(): Promise<void>;
}

export function openTerminal(home: string, provide: Provide): Terminal {
  const env = { ...testEnvironment(), NO_COLOR: '1', ...provide(home) };
  const started: ChildProcess[] = [];
  let folder = home;
  const start = (command: string) => {
    // a group of its own: Ctrl-C reaches all of it, npx and what it started
    const child = spawn('sh', ['-c', `exec ${command}`], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.push(child);
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
    const ended = (how: unknown): Error =>
      new Error(`"${command}" ended with ${String(how)}, after this:\n${lines().join('\n')}`);
    return { child, lines, ended };
  };
  return {
    call(command) {
      const [, to] = /^cd (\S+)$/.exec(command) ?? [];
      if (to !== undefined) {
        folder = path.join(folder, to);
        return Promise.resolve([]);
      }
      const { child, lines, ended } = start(command);
      return orHangs(
        (resolve, reject) =>
          child.once('close', (code, signal) =>
            code === 0 ? resolve(lines()) : reject(ended(code ?? signal)),
          ),
        () => `"${command}" hangs, after this:\n${lines().join('\n')}`,
      );
    },
    keep(command, output) {
      const { child, lines, ended } = start(command);
      return orHangs<void>(
        (resolve, reject) => {
          const look = (): void => {
            if (isAsPrinted(output, lines())) resolve();
          };
          child.stdout.on('data', look);
          child.stderr.on('data', look);
          child.once('close', (code, signal) => reject(ended(code ?? signal)));
        },
        () => differs(command, lines(), output),
      );
    },
    write: (name, text) => writeFileSync(path.join(folder, name), text),
    async close() {
      for (const child of started.reverse()) {
        if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
        const ended = new Promise((resolve) => child.once('close', resolve));
        const group = -child.pid;
        process.kill(group, 'SIGINT');
        const late = setTimeout(() => process.kill(group, 'SIGKILL'), ENDS_WITHIN_MS);
        await ended;
        clearTimeout(late);
      }
    },
  };
}

/** What a command comes to, or an error that says what it printed while it hung. */
function orHangs<T>(
  work: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
  said: () => string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(said())), HANGS_AFTER_MS);
    work(
      (value) => {
        clearTimeout(late);
        resolve(value);
      },
      (error) => {
        clearTimeout(late);
        reject(error);
      },
    );
  });
}
