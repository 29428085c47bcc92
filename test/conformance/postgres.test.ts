import path from 'node:path';
import { inPostgres } from '../postgres/destinations';
import { type PostgresServer, startPostgres } from '../postgres/server';
import { caseFiles, LONG_NAMES, OWN_CASES, readCases } from './case-files';
import { runCase } from './run-case';

/** The kinds that load into a destination. */
const LOADING = ['load', 'normalize'];

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

const cases = caseFiles(OWN_CASES)
  .filter((file) => LOADING.includes(path.basename(file, '.json')))
  .concat(caseFiles(LONG_NAMES))
  .flatMap((file) => readCases(file));

describe('conformance on Postgres', () => {
  test.each(cases.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
    expect(await runCase(one, () => inPostgres(server))).toBeUndefined();
  });
});
