import { postgresTables } from '../../../src/sources/database';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { makeTarget, type Target } from '../target';

/** Of the tests of the file; the schema "shop" is empty when a test begins. */
export let server: PostgresServer;
export let into: Target;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());
beforeEach(async () => {
  into = makeTarget('copy');
  await server.sql('DROP SCHEMA IF EXISTS shop CASCADE');
  await server.sql('CREATE SCHEMA shop');
});
afterEach(() => into.close());

export const source = (...tables: NonNullable<NonNullable<Parameters<typeof postgresTables>[0]>['tables']>) =>
  postgresTables({ connection: server.url, schema: 'shop', tables });

/** Orders, a hundred a day in March 2024, every one changed once. */
export async function makeOrders(): Promise<void> {
  await server.sql(`CREATE TABLE shop.orders (
    id bigint PRIMARY KEY, status text, total numeric(12, 2), updated_at timestamptz NOT NULL)`);
  await server.sql(`INSERT INTO shop.orders
    SELECT n, 'open', n * 1.01, timestamptz '2024-03-01T00:00:00Z' + n * interval '864 seconds'
    FROM generate_series(0, 999) AS n`);
}
