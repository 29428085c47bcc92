import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder that goes after the tests of the file; `of` is what it is named for. */
export function temporaryFolder(of: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `tidemark-${of}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
