/**
 * A process that loads rows into a dataset, one after the other: `writing-process.js ENDPOINT PROJECT PREFIX WRITER LOADS`. Prints
 * `done` and how often it started over.
 */
import { tmpdir } from 'node:os';
import { commit } from '../../src/conformance/load-package';
import { withLoadWatch } from '../../src/destination';
import { asProcess } from './destinations';

async function main([
  endpoint = '',
  projectId = '',
  prefix = '',
  writer = '',
  loads = '',
]: readonly string[]) {
  const rerunAfter = Array<number>(200).fill(20);
  const destination = asProcess({ endpoint, projectId }, { prefix, rerunAfter });
  const dataset = await destination.open({ pipeline: 'p', dataset: 'data', workDir: tmpdir() });
  let reruns = 0;
  const onRerun = (): void => {
    reruns += 1;
  };
  await withLoadWatch({ lockWaitMs: 0, onRerun }, async () => {
    for (let load = 0; load < Number(loads); load++)
      await commit(dataset, { key: `${writer}-${load}`, resources: [{ rows: [{ writer, load }] }] });
  });
  await dataset.close();
  console.log(`done ${reruns}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
