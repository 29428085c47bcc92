import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TidemarkError } from '../errors';
import { OPTIONAL_PACKAGES, type OptionalFeature } from './features';

/** Looks a package up as Node does. @throws what Node throws, `MODULE_NOT_FOUND` where there is none */
type Resolve = (name: string) => string;

/** From `dist/src/optional-package`. */
const OWN_PACKAGE = path.join(__dirname, '..', '..', '..', 'package.json');

/**
 * Refuses a feature whose packages aren't all installed. Loads none of them, so that it is cheap to ask when a pipeline or
 * source is made.
 *
 * @throws CONFIG_INVALID with the line that installs them, in the versions that tidemark is tested with
 */
export function checkInstalled(feature: OptionalFeature, resolve: Resolve = require.resolve): void {
  const missing = OPTIONAL_PACKAGES[feature].filter((name) => !isThere(name, resolve));
  if (missing.length > 0) throw notInstalled(feature, missing);
}

/**
 * A package of a feature, loaded when it is first asked for. An error that it throws while it is loaded, such as for a package
 * that it needs itself, comes as it is.
 *
 * @throws CONFIG_INVALID if that very package isn't installed
 */
export function loadPackage<T>(feature: OptionalFeature, name: string): T {
  if (!isThere(name, require.resolve)) throw notInstalled(feature, [name]);
  return require(name) as T;
}

function isThere(name: string, resolve: Resolve): boolean {
  try {
    resolve(name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    return false;
  }
}

function notInstalled(feature: OptionalFeature, missing: readonly string[]): TidemarkError {
  const names = missing.map((name) => `"${name}"`).join(', ');
  // all of the feature: whoever lacks one mostly lacks the others
  const install = `npm install ${installable(OPTIONAL_PACKAGES[feature]).join(' ')}`;
  return new TidemarkError(
    'CONFIG_INVALID',
    `${names} ${missing.length === 1 ? 'is' : 'are'} not installed, which ${feature} needs. Run: ${install}`,
    { details: { missing, install } },
  );
}

/** `pg@8.23.1`: the lowest version of the range that tidemark's own package.json has. */
function installable(names: readonly string[]): readonly string[] {
  const ranges = peerRanges();
  return names.map((name) => {
    const range = ranges[name];
    return range === undefined ? name : `${name}@${range.replace(/^\^/, '')}`;
  });
}

/** None where a bundler has put tidemark into another file. */
function peerRanges(): Readonly<Record<string, string>> {
  try {
    return (
      (JSON.parse(readFileSync(OWN_PACKAGE, 'utf8')) as { peerDependencies?: Record<string, string> })
        .peerDependencies ?? {}
    );
  } catch {
    return {};
  }
}
