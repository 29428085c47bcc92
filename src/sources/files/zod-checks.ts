import { z } from 'zod';
import { guess, shown } from '../../errors';

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** An object of settings, whose message about one that doesn't exist says which there are, or which was meant. */
export const settings = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const [name = ''] = issue['keys'] as string[];
      const known = Object.keys(shape);
      return `it has no setting "${shown(name)}".${guess(name, known) || ` There are ${quoted(known)}.`}`;
    },
  });

/** One of some texts, with a guess at the one that was meant. */
export const choice = <const Names extends readonly string[]>(...names: Names) =>
  z.enum(names, {
    error: ({ input }) => `write ${quoted(names)}.${typeof input === 'string' ? guess(input, names) : ''}`,
  });
