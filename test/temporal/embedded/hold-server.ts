import { environmentVariables } from '../../../src/config';
import { startServer } from '../../../src/temporal';

/** A process of its own: starts or joins the server of the folder it is given, says so in one line, and waits. */
async function main(): Promise<void> {
  const server = await startServer({ projectDir: process.argv[2] ?? '', env: environmentVariables() });
  process.stdout.write(
    `${JSON.stringify({ pid: server.pid, address: server.address, owned: server.owned })}\n`,
  );
  setInterval(() => undefined, 60_000);
}

void main();
