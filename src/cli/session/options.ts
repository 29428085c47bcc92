import { InvalidArgumentError } from 'commander';
import { TidemarkError } from '../../errors';

/** For an option that may be given several times. */
export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (value: string) => number {
  return (value) => {
    const parsed = Number(value);
    if (!/^\d+$/.test(value) || !Number.isSafeInteger(parsed) || parsed < least)
      throw new InvalidArgumentError(`"${value}" is not a whole number of at least ${least}.`);
    return parsed;
  };
}

const GREATEST_PORT = 65_535;

/** Reads the number of a port; 0 is one that is free. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > GREATEST_PORT)
    throw new InvalidArgumentError(`"${text}" is not a port from 0 to ${GREATEST_PORT}.`);
  return port;
}

/** Values of `params` per resource, from the command line. */
type Bindings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * `--bind RESOURCE.PARAM=JSON`, given any number of times.
 * @throws USAGE for a text of another form, or whose value isn't JSON; a text needs its quotes.
 */
export function parseBindings(texts: readonly string[] = []): Bindings {
  const bindings: Record<string, Record<string, unknown>> = {};
  for (const text of texts) {
    const match = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text);
    if (!match)
      throw new TidemarkError('USAGE', `"${text}" is not a binding; write --bind RESOURCE.PARAM=JSON.`);
    const [, resource, param, json] = match as unknown as [string, string, string, string];
    bindings[resource] = { ...bindings[resource], [param]: parseJson(json, text) };
  }
  return bindings;
}

function parseJson(json: string, text: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new TidemarkError(
      'USAGE',
      `The value of "${text}" is not JSON; a text is written with its quotes: --bind 'repo.name="duckdb"'.`,
      { cause },
    );
  }
}
