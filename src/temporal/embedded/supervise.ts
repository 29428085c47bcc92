import type { spawn } from 'node:child_process';
import type { createServer, Socket } from 'node:net';

/** What the supervisor is started with. */
interface Supervision {
  readonly command: readonly string[];
  /** Whoever connects proves with it that it speaks to the right server. */
  readonly token: string;
}

/** First line that the supervisor writes: where to connect to hold the server, and the server's process id. */
export interface SupervisorHello {
  readonly controlPort: number;
  readonly pid: number;
}

interface Modules {
  readonly spawn: typeof spawn;
  readonly createServer: typeof createServer;
}

/**
 * Body of the supervisor process: runs the server for as long as somebody holds it. Its standard input and every
 * control connection is a hold; the kernel closes them when a process ends, by `kill -9` too, so a server is never left
 * behind. Runs in a Node of its own from its source text: it may use nothing but its parameters and globals.
 */
/* istanbul ignore next: counters of a coverage tool do not exist in the other process */
export function supervise(modules: Modules, supervision: Supervision): void {
  const [file, ...args] = supervision.command;
  // what the server writes is its owner's alone
  process.umask(0o077);
  const server = modules.spawn(file ?? '', args, { stdio: ['ignore', 2, 2] });
  const holders = new Set<Socket>();
  let starterHolds = true;
  let stopping = false;

  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    control.close();
    server.kill('SIGTERM');
    setTimeout(() => server.kill('SIGKILL'), 10_000).unref();
  };
  const stopIfUnheld = (): void => {
    if (!starterHolds && holders.size === 0) stop();
  };
  const starterLeft = (): void => {
    if (!starterHolds) return;
    starterHolds = false;
    if (holders.size > 0) process.stdout.write('kept\n');
    stopIfUnheld();
  };

  const control = modules.createServer((socket) => {
    if (stopping) {
      socket.destroy();
      return;
    }
    holders.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', () => undefined);
    socket.on('close', () => {
      holders.delete(socket);
      stopIfUnheld();
    });
    socket.write(`${supervision.token}\n`);
  });
  process.stdout.on('error', () => undefined);
  process.stdin.on('error', starterLeft).on('end', starterLeft).on('close', starterLeft).resume();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  server.on('error', () => process.exit(127));
  server.on('exit', (code) => process.exit(stopping ? 0 : (code ?? 1)));
  control.listen(0, '127.0.0.1', () => {
    const address = control.address();
    const controlPort = typeof address === 'object' && address !== null ? address.port : 0;
    process.stdout.write(`${JSON.stringify({ controlPort, pid: server.pid })}\n`);
  });
}

/** Arguments for `node` that run {@link supervise}; the same from TypeScript sources and from dist. */
export function supervisorArguments(supervision: Supervision): string[] {
  const modules =
    "{ spawn: require('node:child_process').spawn, createServer: require('node:net').createServer }";
  return [
    '-e',
    `(${supervise.toString()})(${modules}, JSON.parse(process.argv[1]))`,
    JSON.stringify(supervision),
  ];
}
