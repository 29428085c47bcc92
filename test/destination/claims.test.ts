import { dataset, datasetForEach, ids } from './dataset-of-test';
import { commit, packageOf, rowsOf, tested } from './harness';

describe.each(tested)('in $name:', ({ fresh: freshDataset }) => {
  datasetForEach(freshDataset);
  const attempt = (number: number) => ({ workflowId: 'w', runId: 'r', attempt: number });

  describe('claims', () => {
    const load = (number: number) =>
      packageOf(dataset, {
        key: 'k',
        resources: [{ rows: [{ id: number }] }],
        extra: { attempt: attempt(number) },
      });

    test('an attempt whose claim was taken over commits nothing; the next one does, and answers for both', async () => {
      await dataset.claim([{ loadKey: 'k', ...attempt(1) }]);
      await dataset.claim([{ loadKey: 'k', ...attempt(2) }]);
      await expect(dataset.commit(await load(1))).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      expect((await dataset.commit(await load(2))).status).toBe('loaded');
      expect((await dataset.commit(await load(1))).status).toBe('skipped');
      expect(await ids()).toEqual([2]);
      expect(await dataset.ledger()).toMatchObject([{ workflow_id: 'w', run_id: 'r', attempt: 2 }]);
    });

    test('keys are claimed together; those that were committed are answered, and a load under a claimed key ends its claim', async () => {
      await commit(dataset, { key: 'done', resources: [{ rows: [{ id: 7 }] }] });
      const claims = ['done', 'k', 'other'].map((loadKey) => ({ loadKey, ...attempt(1) }));
      const known = await dataset.claim(claims);
      expect([...known.keys()]).toEqual(['done']);
      expect(known.get('done')?.rows).toMatchObject([{ load_key: 'done', rows: 1, status: 'loaded' }]);
      await commit(dataset, { key: 'k', resources: [{ rows: [{ id: 1 }] }] });
      expect((await dataset.commit(await load(1))).status).toBe('skipped');
      expect(await ids()).toEqual([1, 7]);
      expect(await rowsOf(dataset, 'SELECT load_key FROM _tidemark_claims')).toEqual([{ load_key: 'other' }]);
      expect([...(await dataset.claim(claims)).keys()]).toEqual(['done', 'k']);
    });

    test('of keys of which a later attempt has one, none is taken', async () => {
      await dataset.claim([{ loadKey: 'k', ...attempt(2) }]);
      const claims = ['other', 'k'].map((loadKey) => ({ loadKey, ...attempt(1) }));
      await expect(dataset.claim(claims)).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      expect(await rowsOf(dataset, 'SELECT load_key, attempt FROM _tidemark_claims')).toEqual([
        { load_key: 'k', attempt: 2 },
      ]);
      expect((await dataset.commit(await load(2))).status).toBe('loaded');
    });

    test('an attempt of a closed run commits nothing', async () => {
      await dataset.claim([{ loadKey: 'k', ...attempt(1) }]);
      await dataset.revokeClaims({ workflowId: 'w', runId: 'r' });
      await expect(dataset.commit(await load(1))).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      expect(await dataset.ledger()).toEqual([]);
    });

    test('an attempt that was paused before its claim can claim nothing once a later one has, or its run was closed', async () => {
      await dataset.claim([{ loadKey: 'k', ...attempt(2) }]);
      await expect(dataset.claim([{ loadKey: 'k', ...attempt(1) }])).rejects.toMatchObject({
        code: 'CLAIM_LOST',
        message: expect.stringContaining('attempt 2 of run "r" has it now'),
      });
      await dataset.revokeClaims({ workflowId: 'w', runId: 'r', loadKeys: ['k', 'never claimed'] });
      for (const loadKey of ['k', 'never claimed'])
        await expect(dataset.claim([{ loadKey, ...attempt(3) }])).rejects.toMatchObject({
          code: 'CLAIM_LOST',
          message: expect.stringContaining('its run was closed'),
        });
      await expect(dataset.commit(await load(2))).rejects.toMatchObject({ code: 'CLAIM_LOST' });
    });

    test('that a run was closed is kept for a week, a claim that nobody ended for a month', async () => {
      const day = 86_400_000;
      const now = jest.spyOn(Date, 'now');
      const today = Date.UTC(2024, 0, 1);
      const keys = async () =>
        (await rowsOf(dataset, 'SELECT load_key FROM _tidemark_claims ORDER BY load_key')).map(
          (row) => (row as { load_key: string }).load_key,
        );
      const close = (runId: string, days: number, ...loadKeys: string[]) => {
        now.mockReturnValue(today + days * day);
        return dataset.revokeClaims({ workflowId: 'w', runId, loadKeys });
      };
      try {
        await close('first', 0, 'closed');
        await dataset.claim([{ loadKey: 'open', ...attempt(1) }]);
        await close('second', 6, 'closed later');
        expect(await keys()).toEqual(['closed', 'closed later', 'open']);
        await close('third', 8);
        expect(await keys()).toEqual(['closed later', 'open']);
        await expect(
          dataset.claim([{ loadKey: 'closed later', workflowId: 'w', runId: 'second', attempt: 1 }]),
        ).rejects.toMatchObject({ code: 'CLAIM_LOST' });
        await close('fourth', 31);
        expect(await keys()).toEqual([]);
      } finally {
        now.mockRestore();
      }
    });

    test('the run that a reset made takes over what its predecessor ended without a load for', async () => {
      await dataset.revokeClaims({ workflowId: 'w', runId: 'r', loadKeys: ['k'] });
      const again = { ...attempt(1), runId: 'after the reset' };
      await dataset.claim([{ loadKey: 'k', ...again }]);
      const resources = [{ rows: [{ id: 1 }] }];
      const { status } = await dataset.commit(
        await packageOf(dataset, { key: 'k', resources, extra: { attempt: again } }),
      );
      expect(status).toBe('loaded');
    });
  });
});
