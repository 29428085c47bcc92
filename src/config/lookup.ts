import type { ConfigProvider } from './environment';

interface Lookup {
  readonly found: { readonly value: unknown; readonly place: string } | undefined;
  /** Every place that was looked at, in order. */
  readonly places: readonly string[];
}

/** Whose config it is: the section defaults to the source's name. */
export interface ConfigOwner {
  readonly section: string;
  readonly name: string;
}

/** The paths at which a key is looked for, narrow to wide, as dlt does. */
function candidatePaths(
  { section, name }: ConfigOwner,
  key: readonly string[],
): readonly (readonly string[])[] {
  return [['sources', section, name, ...key], ['sources', section, ...key], ['sources', ...key], [...key]];
}

/** Looks a key up: one provider after the other, and in each from narrow to wide. */
export function lookUp(
  providers: readonly ConfigProvider[],
  owner: ConfigOwner,
  key: readonly string[],
): Lookup {
  return lookUpAt(providers, candidatePaths(owner, key));
}

/**
 * Looks at paths: one provider after the other, and in each from the first path on.
 * @param accepts what is taken for a value. @default everything
 */
export function lookUpAt(
  providers: readonly ConfigProvider[],
  paths: readonly (readonly string[])[],
  accepts: (value: unknown) => boolean = () => true,
): Lookup {
  const places: string[] = [];
  for (const provider of providers)
    for (const at of paths) {
      const value = provider.get(at);
      const place = provider.describe(at);
      places.push(place);
      if (value !== undefined && accepts(value)) return { found: { value, place }, places };
    }
  return { found: undefined, places };
}
