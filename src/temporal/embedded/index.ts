export { cacheDir } from './cache-dir';
export { type CliSource, type FindCliOptions, findCli } from './find-cli';
export { type StartServerOptions, serverFolder, startServer } from './start-server';
