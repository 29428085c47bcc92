import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Bytes, compressed, type Encoding, etagOf, SMALLEST_COMPRESSED } from './compress';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};
/** `app-5XQ3Z7LM.js`: a name that another content never has. */
const HASHED = /-[A-Z0-9]{8}\.\w+$/;

/** One file of the page. */
export interface StaticFile {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  readonly body: Bytes;
  /** Its content as a browser takes it, compressed once. */
  encoded(encoding: Encoding): Promise<Bytes> | undefined;
}

interface Kept {
  readonly stamp: string;
  readonly file: StaticFile;
}

/**
 * The files of a folder, and nothing else: what is asked for is looked up in the folder's listing, so no path leads out of it. A
 * path without an extension is a place within the page, which `index.html` shows.
 */
export class StaticFiles {
  readonly #folder: string;
  readonly #kept = new Map<string, Kept>();
  #names = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param pathname as it stands in the address, such as `/app.js` */
  find(pathname: string): StaticFile | undefined {
    // what can't be decoded names no file; the page says that it has no such place
    const name = decoded(pathname.slice(1)) ?? '';
    // a pipeline may be called like a file
    const isFile = path.extname(name).toLowerCase() in TYPES && !name.startsWith('p/');
    return this.#read(isFile ? name : 'index.html');
  }

  #read(name: string): StaticFile | undefined {
    if (!this.#names.has(name)) this.#names = namesIn(this.#folder);
    if (!this.#names.has(name)) return undefined;
    const full = path.join(this.#folder, name);
    const stats = statSync(full, { throwIfNoEntry: false });
    if (stats?.isFile() !== true) return undefined;
    const stamp = `${stats.mtimeMs} ${stats.size}`;
    const kept = this.#kept.get(name);
    if (kept?.stamp === stamp) return kept.file;
    const file = fileOf(name, new Uint8Array(readFileSync(full)));
    this.#kept.set(name, { stamp, file });
    return file;
  }
}

function namesIn(folder: string): Set<string> {
  try {
    return new Set(
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/')),
    );
  } catch {
    return new Set();
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function fileOf(name: string, body: Bytes): StaticFile {
  const type = TYPES[path.extname(name).toLowerCase()] ?? 'application/octet-stream';
  const isText = /^text|json|svg/.test(type) && body.length >= SMALLEST_COMPRESSED;
  const encodings = new Map<Encoding, Promise<Bytes>>();
  return {
    type,
    body,
    etag: etagOf(body),
    cacheControl: HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    encoded(encoding) {
      if (!isText) return undefined;
      const known = encodings.get(encoding) ?? compressed(body, encoding);
      encodings.set(encoding, known);
      return known;
    },
  };
}
