/** What a field with parameters says, a line each: `resource.parameter=JSON`. */
export interface Bindings {
  readonly bind: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  /** What is wrong, a sentence for each line; empty where all can be read. */
  readonly problems: readonly string[];
}

/** Reads bound parameters. Empty lines are nothing; of a name that comes twice the last one holds. */
export function readBindings(text: string): Bindings {
  const bind = new Map<string, Map<string, unknown>>();
  const problems: string[] = [];
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const [, resource, parameter, json] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(line) ?? [];
    if (resource === undefined || parameter === undefined || json === undefined) {
      problems.push(`“${line}” is not a parameter; write resource.parameter=JSON.`);
      continue;
    }
    const value = readJson(json);
    if (value === undefined) {
      problems.push(`The value of “${line}” is not JSON; a text needs its quotes: repo.name="duckdb".`);
      continue;
    }
    const own = bind.get(resource.trim()) ?? new Map<string, unknown>();
    bind.set(resource.trim(), own.set(parameter.trim(), value.json));
  }
  const entries = [...bind].map(([resource, own]) => [resource, Object.fromEntries(own)] as const);
  return { bind: entries.length === 0 ? undefined : Object.fromEntries(entries), problems };
}

function readJson(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
