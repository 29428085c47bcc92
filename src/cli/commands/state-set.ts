import { TidemarkError } from '../../errors';
import { bindIncremental, type CursorState, type IncrementalDefinition } from '../../incremental';
import { parseInstant } from '../../interval';
import { zoneOf } from '../../plan';
import type { Entry } from '../../run';
import { schemaNameOf } from '../../schema';
import { Timestamp } from '../../value';
import type { RunAction } from '../command';
import { withDataset } from '../dataset';
import { checkResources, entryNamed, loadDeployment } from '../deployment';
import { toJsonText } from '../output/format';
import { stateHolders } from '../state-holders';

interface StateSetOptions {
  readonly resource: string;
  readonly cursor?: string;
}

/** `tidemark state set PIPELINE VALUE --resource R`: the resource's next run goes on from this value of its cursor. */
export const setState = (run: RunAction): ((...values: unknown[]) => Promise<void>) =>
  run<StateSetOptions>(async ({ context, args, options }) => {
    const entry = entryNamed(await loadDeployment(context, options), args[0]!);
    const { resource } = options;
    checkResources(entry, [resource]);
    const { pipeline, source } = stateHolders(entry).find(({ resources }) => resources.includes(resource))!;
    const cursor = cursorOf(entry, resource, options.cursor);
    const value = typedValue(entry, cursor, args[1]!);
    const schema = schemaNameOf(source);
    await withDataset(context, { pipeline }, async (dataset) => {
      const snapshot = await dataset.snapshot(schema);
      if (snapshot.schema === undefined)
        throw new TidemarkError(
          'USAGE',
          `Nothing was loaded of "${source}" yet, so there is no state to set. Give the cursor "${cursor.options.cursor}" an initialValue instead.`,
        );
      const stored = snapshot.state?.sources?.[schema]?.resources?.[resource] ?? {};
      const cursors = (stored['incremental'] ?? {}) as Readonly<Record<string, CursorState>>;
      const former = cursors[cursor.options.cursor];
      const next = { initial_value: former?.initial_value ?? value, last_value: value, unique_hashes: [] };
      const state = { ...stored, incremental: { ...cursors, [cursor.options.cursor]: next } };
      await dataset.editState({
        ...{ source: schema, resources: [resource], set: { [resource]: state }, clock: Date.now },
      });
    });
    const shown = { pipeline: entry.name, resource, cursor: cursor.options.cursor, lastValue: value };
    if (options.json) return context.terminal.out(toJsonText(shown));
    context.terminal.out(
      `The next run of ${resource} goes on from ${shown.cursor} = ${String(value)}; rows that are loaded stay.`,
    );
    return undefined;
  });

/** @throws USAGE where it isn't clear which cursor is meant */
function cursorOf(entry: Entry, resource: string, wanted: string | undefined): IncrementalDefinition {
  const source = entry.sources().find(({ resourceNames }) => resourceNames.includes(resource));
  const all = Object.values(source?.resource(resource).definition.incremental ?? {});
  const found = all.filter(({ options }) => wanted === undefined || options.cursor === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = all.map(({ options }) => `"${options.cursor}"`).join(', ');
  const problem =
    all.length === 0
      ? `The resource "${resource}" has no cursor to set.`
      : wanted === undefined
        ? `The resource "${resource}" has several cursors; name one with --cursor: ${names}.`
        : `The resource "${resource}" has no cursor "${wanted}"; it has ${names}.`;
  throw new TidemarkError('USAGE', problem);
}

/**
 * What was typed as a value of the cursor: a number, a date or time (without an offset in the schedule's zone), else text.
 * @throws USAGE for what can't be a value of the cursor's type
 */
function typedValue(entry: Entry, definition: IncrementalDefinition, text: string): unknown {
  const { type } = definition.options;
  const isNumber = /^-?\d+(\.\d+)?$/.test(text) && type !== 'text' && type !== 'iso';
  const value = isNumber ? Number(text) : (instantOf(entry, text) ?? text);
  try {
    return bindIncremental({
      definition,
      name: definition.options.cursor,
      stored: undefined,
      range: { mode: 'incremental', interval: null, now: new Date().toISOString() },
      override: { initialValue: value, endValue: null },
      resourceKey: undefined,
      warn: () => {},
    }).exact.initialValue;
  } catch (cause) {
    throw new TidemarkError(
      'USAGE',
      `"${text}" can't be a value of the cursor "${definition.options.cursor}": ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function instantOf(entry: Entry, text: string): Timestamp | undefined {
  if (!/^\d{4}-\d{2}/.test(text)) return undefined;
  try {
    return Timestamp.fromMillis(parseInstant(text, zoneOf(entry)));
  } catch {
    return undefined;
  }
}
