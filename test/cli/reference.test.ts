import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { JSON_OUTPUTS } from '../../src/cli/json';
import { ROOT } from '../root';
import { LEAVES } from './leaves';

/** Commands that have no result of their own, whatever is asked. */
const WITHOUT_JSON = ['dev', 'worker', 'completion', 'help'];

describe('the reference of the command line', () => {
  test('is what scripts/reference.mjs makes: npm run -s reference brings it up to date', async () => {
    const script = pathToFileURL(path.join(ROOT, 'scripts', 'reference.mjs')).href;
    const { referenceFiles } = (await import(script)) as { referenceFiles(): Record<string, string> };
    const files = referenceFiles();
    for (const [file, text] of Object.entries(files))
      expect({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }).toEqual({ file, text });
    const kept = readdirSync(path.join(ROOT, 'docs', 'reference', 'json')).map(
      (name) => `docs/reference/json/${name}`,
    );
    expect(kept.sort()).toEqual(
      Object.keys(files)
        .filter((file) => file.endsWith('.json'))
        .sort(),
    );
  });

  test('has a schema for the JSON of each command', () => {
    const commands = LEAVES.map(([words]) => words).filter((words) => !WITHOUT_JSON.includes(words));
    expect(Object.keys(JSON_OUTPUTS).sort()).toEqual([...commands].sort());
  });
});
