import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

/**
 * A registry on this machine that has one package, that of a tarball, and sends whoever asks for another to the registry that npm is
 * configured to use. So a tarball is installed as users install it: by its name, with its dependencies resolved.
 *
 * @param options.tarball path of what `npm pack` wrote
 * @param options.upstream where other packages are. @default what `npm config get registry` says
 * @returns `url`, to be given as `--registry` or `npm_config_registry`, and `close()`
 */
export async function startLocalRegistry({ tarball, upstream = configuredRegistry() }) {
  const bytes = readFileSync(tarball);
  const manifest = JSON.parse(fileInTarball(bytes, 'package/package.json'));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, url);
    const answer = answers[decodeURIComponent(pathname)];
    if (!['GET', 'HEAD'].includes(request.method)) response.writeHead(405).end();
    else if (answer === undefined)
      response.writeHead(302, { location: new URL(request.url.slice(1), upstream).href }).end();
    else {
      const { type, body } = answer();
      response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
      response.end(request.method === 'HEAD' ? undefined : body);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;

  const { name, version } = manifest;
  const file = `/${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
  const listed = { ...manifest, _id: `${name}@${version}`, dist: distOf(bytes, new URL(file, url).href) };
  const json = (value) => () => ({ type: 'application/json', body: JSON.stringify(value) });
  // the day before yesterday: some clients don't take what was published just now
  const published = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000).toISOString();
  const answers = {
    [`/${name}`]: json({
      _id: name,
      name,
      'dist-tags': { latest: version },
      versions: { [version]: listed },
      time: { created: published, modified: published, [version]: published },
    }),
    [`/${name}/${version}`]: json(listed),
    [`/${name}/latest`]: json(listed),
    [file]: () => ({ type: 'application/octet-stream', body: bytes }),
  };
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Asked of npm when it is needed, so that no registry is written anywhere. */
function configuredRegistry() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const registry = execFileSync(npm, ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  return registry.endsWith('/') ? registry : `${registry}/`;
}

function distOf(bytes, tarball) {
  const hash = (algorithm, encoding) => createHash(algorithm).update(bytes).digest(encoding);
  return { tarball, shasum: hash('sha1', 'hex'), integrity: `sha512-${hash('sha512', 'base64')}` };
}

/** The text of one file of a tarball: headers of 512 bytes, each followed by its file, filled up to as many. */
function fileInTarball(packed, name) {
  const tar = gunzipSync(packed);
  for (let at = 0; at < tar.length; ) {
    const size = Number.parseInt(tar.toString('ascii', at + 124, at + 136), 8) || 0;
    if (tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '') === name)
      return tar.toString('utf8', at + 512, at + 512 + size);
    at += 512 * (1 + Math.ceil(size / 512));
  }
  throw new Error(`The tarball has no ${name}.`);
}
