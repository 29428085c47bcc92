import path from 'node:path';

const MARK = '//# sourceMappingURL=data:application/json;';
const BASE64 = 'base64,';

/**
 * A workflow bundle whose inline source map names its sources by their path below `root` and doesn't contain them. Temporal's worker
 * asks for a map, to tell lines of a stack; it needs no source for that, and where it was built is nobody's business.
 */
export function withoutSources(bundle, root) {
  const at = bundle.lastIndexOf(MARK);
  const from = bundle.indexOf(BASE64, at) + BASE64.length;
  if (at < 0 || from < BASE64.length) throw new Error('The workflow bundle has no inline source map.');
  const { sourcesContent: _, ...map } = JSON.parse(Buffer.from(bundle.slice(from), 'base64').toString());
  const below = (at) => (path.isAbsolute(at) ? path.relative(root, at).split(path.sep).join('/') : at);
  // what a bundler was told to leave out is `ignored|FOLDER|MODULE`
  map.sources = map.sources.map((source) => source.split('|').map(below).join('|'));
  const text = Buffer.from(JSON.stringify(map)).toString('base64');
  return `${bundle.slice(0, from)}${text}\n`;
}
