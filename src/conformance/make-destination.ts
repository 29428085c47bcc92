import type { Destination } from '../destination';

/** Gives a destination of its own in a folder that goes after the case or check. */
export type MakeDestination = (folder: string) => Destination | Promise<Destination>;
