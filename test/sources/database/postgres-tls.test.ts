import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { postgresTables } from '../../../src/sources/database';
import { AUTHORITY, SERVER_CERTIFICATE } from '../../postgres/certificates';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { makeTarget, type Target } from '../target';

let server: PostgresServer;
let into: Target;
beforeAll(async () => {
  server = await startPostgres({ tls: true });
  await server.sql(
    'CREATE VIEW connections AS SELECT pid, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  );
});
afterAll(() => server.close());
beforeEach(() => {
  into = makeTarget('copy');
});
afterEach(() => into.close());

const load = async (query: string, host: string) => {
  const url = server.url.replace('127.0.0.1', host);
  return into.load(postgresTables({ connection: `${url}?${query}`, tables: ['connections'] }));
};
const certificate = (content: string): string => {
  const file = path.join(into.root, 'authority.crt');
  writeFileSync(file, content);
  return encodeURIComponent(file);
};

describe('encryption of a Postgres connection', () => {
  test.each([
    ['prefer', true],
    ['require', true],
    ['disable', false],
  ])('sslmode=%s', async (mode, encrypted) => {
    expect((await load(`sslmode=${mode}`, '127.0.0.1')).error).toBeUndefined();
    expect(await into.query('SELECT ssl FROM connections')).toEqual([{ ssl: encrypted }]);
  });

  test('verify-full wants a certificate of the host, signed by the authority', async () => {
    const query = `sslmode=verify-full&sslrootcert=${certificate(AUTHORITY)}`;
    expect((await load(query, 'localhost')).error).toBeUndefined();
    expect(String((await load(query, '127.0.0.1')).error)).toMatch(/does not match certificate/);
    expect(String((await load('sslmode=verify-full', 'localhost')).error)).toMatch(
      /verify|self.signed|issuer/i,
    );
  });

  test.each(['verify-ca', 'require'])(
    '%s wants one signed by the authority that is given, of whatever host',
    async (mode) => {
      const query = `sslmode=${mode}&sslrootcert=${certificate(AUTHORITY)}`;
      expect((await load(query, '127.0.0.1')).error).toBeUndefined();
      const other = `sslmode=${mode}&sslrootcert=${certificate(SERVER_CERTIFICATE)}`;
      expect((await load(other, '127.0.0.1')).error).toMatchObject({
        code: 'SOURCE_REFUSED',
        retryable: false,
      });
    },
  );

  test('a certificate that is not there', async () => {
    const { error } = await load('sslmode=verify-ca&sslrootcert=/nowhere.crt', '127.0.0.1');
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
