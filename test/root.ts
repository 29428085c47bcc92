import { existsSync } from 'node:fs';
import path from 'node:path';

/** The repository. Tests run from its `dist`, where nothing but compiled code is. */
export const ROOT = above(__dirname);

function above(folder: string): string {
  return existsSync(path.join(folder, 'package.json')) ? folder : above(path.dirname(folder));
}
