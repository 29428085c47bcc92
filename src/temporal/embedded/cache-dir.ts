import { homedir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../types';

/**
 * The user's cache folder for what tidemark downloads: `TIDEMARK_CACHE`, else `$XDG_CACHE_HOME/tidemark`, else the
 * platform's own place. It may be deleted at any time.
 */
export function cacheDir({ TIDEMARK_CACHE, XDG_CACHE_HOME, LOCALAPPDATA }: Environment): string {
  if (TIDEMARK_CACHE) return path.resolve(TIDEMARK_CACHE);
  if (XDG_CACHE_HOME) return path.join(XDG_CACHE_HOME, 'tidemark');
  if (process.platform === 'win32' && LOCALAPPDATA) return path.join(LOCALAPPDATA, 'tidemark', 'Cache');
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'tidemark');
  return path.join(homedir(), '.cache', 'tidemark');
}
