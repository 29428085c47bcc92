import { createWorker } from '../../workers';
import { sharedRateConfig } from './shared-rate-config';

/** A worker process for the address, folder, API and scope that it is given; it ends when it is killed. */
async function main([address = '', folder = '', api = '', scope = '']: readonly string[]): Promise<void> {
  const worker = await createWorker({
    access: { connectOptions: { address, namespace: 'default' } },
    config: sharedRateConfig(folder, api, scope),
  });
  process.send?.('polls');
  await worker.ended;
}

void main(process.argv.slice(2));
