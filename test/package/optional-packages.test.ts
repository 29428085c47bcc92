import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkInstalled, loadPackage, OPTIONAL_PACKAGES } from '../../src/optional-package';
import { ROOT } from '../root';
import { installLine } from './packed-project';

const { devDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
  readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
) as Record<string, Record<string, unknown>>;

test('what the code calls optional is what package.json does, in the versions that are tested', () => {
  const names = Object.values(OPTIONAL_PACKAGES).flat().sort();
  expect(Object.keys(peerDependenciesMeta!).sort()).toEqual(names);
  for (const name of names) expect(peerDependencies![name]).toBe(`^${devDependencies![name]}`);
});

describe('asked in one process', () => {
  const notThere = (name: string): never => {
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  };

  test('what is installed is there, and given as it is', () => {
    expect(() => checkInstalled('Postgres')).not.toThrow();
    expect(loadPackage<typeof import('pg')>('Postgres', 'pg').Client).toBe(require('pg').Client);
  });

  test('the error names what is missing, and all that the feature needs', () => {
    const cursorOnly = (name: string) => (name === 'pg-cursor' ? notThere(name) : name);
    expect(() => checkInstalled('Postgres', cursorOnly)).toThrow(
      `"pg-cursor" is not installed, which Postgres needs. ${installLine('Postgres')}`,
    );
    expect(() => loadPackage('S3', 'tidemark-no-such-package')).toThrow(
      '"tidemark-no-such-package" is not installed',
    );
  });

  test('another error comes as it is', () => {
    const broken = (): never => {
      throw Object.assign(new Error('its package.json is broken'), { code: 'ERR_INVALID_PACKAGE_CONFIG' });
    };
    expect(() => checkInstalled('BigQuery', broken)).toThrow('its package.json is broken');
  });
});
