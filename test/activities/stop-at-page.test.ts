import { realLoad } from './real-load';

const STOPPED = { type: 'WORKER_STOPPED', nonRetryable: false };

describe('a load of a worker that stops', () => {
  test('ends after its page, as a stop, with nothing written; the next attempt loads it all', async () => {
    let stopping = false;
    const pages: number[] = [];
    const load = realLoad(
      async function* () {
        for (let page = 0; page < 3; page += 1) {
          pages.push(page);
          yield [{ id: page }];
          if (page === 0 && pages.length === 1) stopping = true;
        }
      },
      { stopping: () => stopping },
    );
    await expect(load.run()).rejects.toMatchObject(STOPPED);
    expect(pages).toEqual([0, 1]);
    stopping = false;
    expect(await load.run({ attempt: 2 })).toMatchObject({ outcomes: [{ status: 'loaded', rows: 3 }] });
    expect(await load.count()).toEqual([{ n: 3 }]);
    load.remove();
  });

  test('ends what it has if it was past its last page', async () => {
    let stopping = false;
    const load = realLoad(
      function* () {
        try {
          yield [{ id: 1 }];
        } finally {
          stopping = true;
        }
      },
      { stopping: () => stopping },
    );
    expect(await load.run()).toMatchObject({ outcomes: [{ status: 'loaded', rows: 1 }] });
    load.remove();
  });

  test('does not begin if it came too late', async () => {
    const load = realLoad(() => Promise.reject(new Error('not to be called')) as never, {
      stopping: () => true,
    });
    await expect(load.run()).rejects.toMatchObject(STOPPED);
    load.remove();
  });
});
