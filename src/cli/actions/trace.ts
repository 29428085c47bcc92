import { toJsonText } from '../output/format';
import { renderTrace } from '../output/trace';
import { withClient } from '../session/client';
import type { Action } from '../session/command';
import { typedRange } from '../session/typed';

export const trace: Action<object> = ({ context: { terminal }, context, args: [what = '', date], options }) =>
  withClient(context, options, async (client) => {
    // a date that can't be read is wrong use
    if (date !== undefined) typedRange(client.entry(what), { from: date });
    const found = await client.trace(what, date);
    terminal.out(options.json ? toJsonText(found) : renderTrace(terminal, found));
  });
