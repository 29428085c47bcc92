import { createWorker } from '../../workers';
import { slowConfig } from './slow-config';

/** A worker process for the address and folder that it is given; it ends when it is killed. */
async function main([address = '', folder = '']: readonly string[]): Promise<void> {
  const worker = await createWorker({
    access: { connectOptions: { address, namespace: 'default' } },
    config: slowConfig(folder),
    heartbeatTimeoutMs: 2_000,
  });
  await worker.ended;
}

void main(process.argv.slice(2));
