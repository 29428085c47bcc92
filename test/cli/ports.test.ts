import { type AddressInfo, createServer } from 'node:net';
import { checkFree, listenAddress } from '../../src/cli/worker/ports';

test.each([
  ['8080', { port: 8080 }],
  ['localhost:8080', { port: 8080 }],
  [':8080', undefined],
  ['0.0.0.0:8080', { host: '0.0.0.0', port: 8080 }],
  ['[::]:8080', { host: '::', port: 8080 }],
  ['::8080', undefined],
  ['8080 ', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['65536', undefined],
  ['', undefined],
])('%j is an address to listen at, or is refused', (text, expected) => {
  const read = (): unknown => listenAddress(1)(text);
  if (expected === undefined) expect(read).toThrow(`"${text}" is not a port from 1 to 65535`);
  else expect(read()).toEqual(expected);
});

test('a port that is taken, an address of another machine and one port for two are told before anything starts', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  const refused = { code: 'USAGE' };
  await expect(checkFree({ '--metrics-port': { port } })).rejects.toMatchObject({
    ...refused,
    message: `--metrics-port cannot be port ${port} of 127.0.0.1: another program listens there; end it, or give another port.`,
  });
  await new Promise((resolve) => taken.close(resolve));
  await expect(checkFree({ '--health-port': { host: '192.0.2.1', port } })).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('this machine has no such address') as string,
  });
  const both = { '--health-port': { port }, '--metrics-port': { host: '0.0.0.0', port } };
  await expect(checkFree(both)).rejects.toMatchObject({
    ...refused,
    message: `--metrics-port and --health-port are both port ${port}; give each its own.`,
  });
  await expect(
    checkFree({ '--health-port': { port }, '--metrics-port': undefined }),
  ).resolves.toBeUndefined();
});
