import { TidemarkError } from '../../errors';
import type { StoredState } from '../../operate';
import { toJsonText } from '../output/format';
import { withClient } from '../session/client';
import type { Action } from '../session/command';

interface StateOptions {
  readonly resource?: readonly string[];
  readonly all?: boolean;
}

interface StateSetOptions {
  readonly resource: string;
  readonly cursor?: string;
}

/** What is stored of a source: its shared state, and that of each resource. */
interface SourceState {
  readonly [shared: string]: unknown;
  readonly resources: Readonly<Record<string, unknown>>;
}

/** The state of each source, whoever keeps it. */
function bySource(states: readonly StoredState[]): Record<string, SourceState> {
  const sources: Record<string, SourceState> = {};
  for (const { source, shared, resources } of states) {
    const former = sources[source];
    sources[source] = { ...former, ...shared, resources: { ...former?.resources, ...resources } };
  }
  return sources;
}

export const stateShow: Action<StateOptions> = ({ context, args: [pipeline = ''], options }) =>
  withClient(context, options, async (client) => {
    const states = await client.state(pipeline, { resources: options.resource });
    context.terminal.out(toJsonText({ pipeline, sources: bySource(states) }, 2));
  });

export const stateSet: Action<StateSetOptions> = ({
  context: { terminal },
  context,
  args: [pipeline = '', value = ''],
  options,
}) =>
  withClient(context, options, async (client) => {
    const { resource, cursor } = options;
    const set = await client.setCursor(pipeline, { resource, cursor, value });
    terminal.out(
      options.json
        ? toJsonText({ pipeline, ...set })
        : `The next run of ${resource} goes on from ${set.cursor} = ${String(set.lastValue)}; rows that are loaded stay.`,
    );
  });

export const stateReset: Action<StateOptions> = ({
  context: { terminal },
  context,
  args: [pipeline = ''],
  options,
}) =>
  withClient(context, options, async (client) => {
    const { all = false, resource: resources = [], json } = options;
    client.entry(pipeline);
    if (!all && resources.length === 0)
      throw new TidemarkError('USAGE', 'Say whose state is to be forgotten: --resource NAME, or --all.');
    const reset = await client.resetState(pipeline, { resources: all ? undefined : resources });
    terminal.out(
      json
        ? toJsonText({ pipeline, reset })
        : `Forgot the state of ${reset.join(', ')}; the rows stay, the next run begins anew.`,
    );
  });
