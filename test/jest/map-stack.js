const { readFileSync } = require('node:fs');
const { SourceMap } = require('node:module');
const path = require('node:path');

const DIST = path.join(__dirname, '..', '..', 'dist');
const maps = new Map();

function mapOf(file) {
  if (!maps.has(file)) {
    try {
      maps.set(file, new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8'))));
    } catch {
      maps.set(file, undefined);
    }
  }
  return maps.get(file);
}

/** The error, its places in the build replaced by those in the source. Only for failures: it takes its time. */
exports.mapStack = (error) => {
  if (typeof error.stack !== 'string' || !error.stack.includes(DIST)) return error;
  error.stack = error.stack.replace(/([^\s()]+\.js):(\d+):(\d+)/g, (place, file, line, column) => {
    const entry = file.startsWith(DIST) ? mapOf(file)?.findEntry(line - 1, column - 1) : undefined;
    if (entry?.originalSource === undefined) return place;
    const source = path.resolve(path.dirname(file), entry.originalSource);
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
  return error;
};
