/** What the environment says of colours and of lines that are written over. */
export interface ColourWish {
  /** As `FORCE_COLOR` or `NO_COLOR` wants it, the first before the second; undefined: where a terminal shows them. */
  readonly colour: boolean | undefined;
  /** Whether the terminal can't go back on a line (`TERM=dumb`). */
  readonly dumb: boolean;
}

/** Reads `FORCE_COLOR`, `NO_COLOR` and `TERM`, as Node's own streams do. */
export function colourWish(): ColourWish {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  const forced = FORCE_COLOR === undefined ? undefined : FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return { colour: forced ?? (NO_COLOR ? false : undefined), dumb: TERM === 'dumb' };
}
