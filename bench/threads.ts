// What a worker thread would be good for: pages parsed there, and their rows sent over, beside the same done here. Run by
// `npm run bench -- threads`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import Table from 'cli-table3';
import { ownCpuSeconds } from './contenders/report';
import { type PageRange, pageFile, pageNumbers } from './task';

interface Measured {
  readonly wallSeconds: number;
  /** Of all threads. */
  readonly cpuSeconds: number;
  /** What the thread that loads was busy for. */
  readonly busySeconds: number;
}

async function measured(work: () => Promise<void>): Promise<Measured> {
  const cpu = ownCpuSeconds();
  const begun = performance.now();
  const busy = performance.eventLoopUtilization();
  await work();
  return {
    wallSeconds: (performance.now() - begun) / 1000,
    cpuSeconds: ownCpuSeconds() - cpu,
    busySeconds: performance.eventLoopUtilization(busy).active / 1000,
  };
}

/** Parses pages in this thread, or in another one that is a page ahead. */
async function parsePages(pages: readonly Buffer[], worker: Worker | undefined): Promise<void> {
  if (worker === undefined) {
    for (const page of pages) {
      JSON.parse(page.toString('utf8'));
      await new Promise(setImmediate);
    }
    return;
  }
  await new Promise<void>((resolve) => {
    let sent = 0;
    let got = 0;
    const send = (): void => {
      const page = pages[sent++];
      if (page !== undefined) worker.postMessage(page);
    };
    worker.on('message', () => {
      got += 1;
      if (got === pages.length) resolve();
      else send();
    });
    send();
    send();
  });
  worker.removeAllListeners('message');
}

/** The table of both, over the same pages. */
export async function threadsTable(range: PageRange): Promise<string> {
  const pages = pageNumbers(range).map((page) => readFileSync(pageFile(range, page)));
  const table = new Table({
    head: [
      `${path.basename(range.folder)}, ${range.count} pages`,
      'wall s',
      'CPU s',
      'loading thread busy s',
    ],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  const worker = new Worker(__filename);
  try {
    // the first time warms both up
    for (const counts of [false, true]) {
      const ends = [
        ['JSON.parse in the thread that loads', await measured(() => parsePages(pages, undefined))],
        ['in a worker thread, which sends the rows', await measured(() => parsePages(pages, worker))],
      ] as const;
      if (!counts) continue;
      for (const [name, { wallSeconds, cpuSeconds, busySeconds }] of ends)
        table.push([name, ...[wallSeconds, cpuSeconds, busySeconds].map((seconds) => seconds.toFixed(2))]);
    }
  } finally {
    await worker.terminate();
  }
  return table.toString();
}

if (!isMainThread)
  parentPort?.on('message', (page: Uint8Array) => {
    parentPort?.postMessage(JSON.parse(Buffer.from(page).toString('utf8')));
  });
