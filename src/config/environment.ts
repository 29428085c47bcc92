import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import dotenv from 'dotenv';
import { parse as parseToml, TomlError } from 'smol-toml';
import { TidemarkError } from '../errors';

/** A place where config values are looked up. A path is a list of names, wide to narrow: `['sources', 'zendesk', 'startDate']`. */
export interface ConfigProvider {
  /** The value at the path, or undefined. */
  get(at: readonly string[]): unknown;
  /** The place as an error names it: `environment variable SOURCES__ZENDESK__START_DATE`. */
  describe(at: readonly string[]): string;
}

/** `startDate` → `start_date`: names in the environment and in dlt's files are snake case. */
export const snakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();

/** The name of an environment variable for a path: `SOURCES__ZENDESK__START_DATE`. */
const variableName = (at: readonly string[]): string =>
  at.map((name) => snakeCase(name).toUpperCase()).join('__');

function variables(values: Readonly<Record<string, string | undefined>>, describe: string): ConfigProvider {
  return {
    // an empty variable is one that a shell or a compose file left unset
    get: (at) => values[variableName(at)] || undefined,
    describe: (at) => `${describe} ${variableName(at)}`,
  };
}

function readDotenv(directory: string): Readonly<Record<string, string>> {
  const file = path.join(directory, '.env');
  return existsSync(file) ? dotenv.parse(readFileSync(file)) : {};
}

function readToml(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  try {
    return parseToml(readFileSync(file, 'utf8'));
  } catch (error) {
    // the parser's message quotes the line, which may hold a secret
    const where = error instanceof TomlError ? ` (line ${error.line}, column ${error.column})` : '';
    throw new TidemarkError(
      'CONFIG_INVALID',
      `"${file}" is not valid TOML${where}. Correct it or remove it.`,
      {
        details: { file },
      },
    );
  }
}

function tomlFile(directory: string, name: string): ConfigProvider {
  const tables = readToml(path.join(directory, '.dlt', name));
  return {
    get(at) {
      let value: unknown = tables;
      for (const key of at) {
        if (typeof value !== 'object' || value === null) return undefined;
        const table = value as Record<string, unknown>;
        const found = Object.keys(table).find(
          (candidate) => candidate === key || candidate === snakeCase(key),
        );
        if (found === undefined) return undefined;
        value = table[found];
      }
      return value;
    },
    describe: (at) => {
      const names = at.map(snakeCase);
      const section = names.slice(0, -1).join('.');
      return `.dlt/${name} ${section === '' ? '' : `[${section}] `}${names.at(-1)}`;
    },
  };
}

interface EnvironmentOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder of `.env` and `.dlt`. @default the current one */
  readonly directory?: string;
}

/**
 * The places where config is looked up, first wins: the environment, `.env`, `.dlt/secrets.toml`, `.dlt/config.toml`.
 *
 * @throws CONFIG_INVALID for a file that is not valid TOML, naming file and line
 */
export function environmentProviders(options: EnvironmentOptions = {}): readonly ConfigProvider[] {
  const directory = options.directory ?? process.cwd();
  return [
    variables(options.env ?? process.env, 'environment variable'),
    variables(readDotenv(directory), '.env'),
    tomlFile(directory, 'secrets.toml'),
    tomlFile(directory, 'config.toml'),
  ];
}

/** The environment, and below it `.env`: what programs that read variables themselves (Temporal's SDK) are given. */
export function environmentVariables(
  options: EnvironmentOptions = {},
): Readonly<Record<string, string | undefined>> {
  return { ...readDotenv(options.directory ?? process.cwd()), ...(options.env ?? process.env) };
}

/** The value of one environment variable, else of `.env`; undefined if it is unset or empty. */
export function environmentVariable(name: string, options: EnvironmentOptions = {}): string | undefined {
  return environmentVariables(options)[name] || undefined;
}
