export { cacheDir } from './cache-dir';
export { findCli } from './find-cli';
export { serverFolder, startServer } from './start-server';
