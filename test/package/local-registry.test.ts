import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';

interface LocalRegistry {
  readonly url: string;
  close(): Promise<void>;
}

const folder = temporaryFolder('registry');
const tarball = path.join(folder, 'small.tgz');
const UPSTREAM = 'http://127.0.0.1:1/';
const manifest = {
  name: '@acme/small',
  version: '1.2.3',
  description: 'a name with a scope — and letters of more than one byte',
  dependencies: { zod: '^4.0.0' },
};
let registry: LocalRegistry;

beforeAll(async () => {
  mkdirSync(path.join(folder, 'package', 'lib'), { recursive: true });
  // the manifest isn't the first file of a tarball of npm's
  writeFileSync(path.join(folder, 'package', 'lib', 'a.js'), 'x'.repeat(1025));
  writeFileSync(path.join(folder, 'package', 'package.json'), JSON.stringify(manifest));
  execFileSync('tar', ['czf', tarball, '-C', folder, 'package/lib/a.js', 'package/package.json']);
  const script = pathToFileURL(path.join(ROOT, 'scripts', 'local-registry.mjs')).href;
  const { startLocalRegistry } = (await import(script)) as {
    startLocalRegistry(options: { tarball: string; upstream: string }): Promise<LocalRegistry>;
  };
  registry = await startLocalRegistry({ tarball, upstream: UPSTREAM });
});
afterAll(() => registry.close());

const ask = (at: string, init: RequestInit = {}): Promise<Response> =>
  fetch(new URL(at, registry.url), { redirect: 'manual', ...init });

test.each(['@acme/small', '@acme%2fsmall'])('%s is the package of the tarball', async (name) => {
  const answer = (await (await ask(name)).json()) as {
    'dist-tags': unknown;
    versions: Record<string, typeof manifest & { dist: { tarball: string; integrity: string } }>;
  };
  expect(answer['dist-tags']).toEqual({ latest: '1.2.3' });
  expect(answer.versions).toEqual({ '1.2.3': expect.objectContaining(manifest) });
  const { dist } = answer.versions['1.2.3']!;
  const bytes = new Uint8Array(await (await fetch(dist.tarball)).arrayBuffer());
  expect([...bytes]).toEqual([...readFileSync(tarball)]);
  expect(dist.integrity).toBe(`sha512-${createHash('sha512').update(bytes).digest('base64')}`);
});

test('every other package is at the other registry', async () => {
  for (const at of ['zod', '@types%2fnode', '@acme/other', 'zod/-/zod-4.0.0.tgz?a=b']) {
    const answer = await ask(at);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(`${UPSTREAM}${at}`);
  }
});

test('nothing is published to it', async () => {
  expect((await ask('@acme/small', { method: 'PUT', body: '{}' })).status).toBe(405);
});
