import type { TidemarkClient } from '../../operate';
import { toJsonText } from '../output/format';
import { withClient } from '../session/client';
import type { Action, CliContext, GlobalOptions } from '../session/command';

async function control(
  call: {
    readonly context: CliContext;
    readonly options: GlobalOptions;
    readonly what: string;
    readonly done: string;
  },
  act: (client: TidemarkClient) => Promise<void>,
): Promise<void> {
  const { context, options, what, done } = call;
  await withClient(context, options, act);
  context.terminal.out(options.json ? toJsonText({ what, done }) : `${what}: ${done}`);
}

export const pause: Action<{ readonly reason: string }> = ({ context, args: [what = ''], options }) =>
  control({ context, options, what, done: 'paused' }, (client) => client.pause(what, options.reason));

export const resume: Action<unknown> = ({ context, args: [what = ''], options }) =>
  control({ context, options, what, done: 'resumed' }, async (client) => {
    const unwritten = await client.resume(what);
    if (unwritten !== undefined) context.terminal.err(`the ledger doesn't say what was paused: ${unwritten}`);
  });

export const cancel: Action<unknown> = ({ context, args: [what = ''], options }) =>
  control({ context, options, what, done: 'asked to cancel' }, (client) => client.cancel(what));

export const resize: Action<{ readonly parallel: number }> = ({ context, args: [what = ''], options }) =>
  control({ context, options, what, done: `${options.parallel} at a time` }, (client) =>
    client.resize(what, options.parallel),
  );
