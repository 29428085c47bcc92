export { cacheDir } from './cache-dir';
export { findCli } from './find-cli';
export { hasServerData, serverFolder, startServer } from './start-server';
