import { z } from 'zod';

const schema = z.object({
  version: z.literal(1),
  /** Drawn each time it is written. */
  id: z.string(),
  fingerprint: z.string(),
  token: z.string(),
  /** The attempt that wrote it: a later one has a greater number, on whichever host. */
  writer: z.number(),
  /** States of the resources and of the source, in the form of plain-data, as base64. */
  states: z.string(),
  segments: z
    .array(
      z.object({
        file: z.string(),
        bytes: z.number(),
        sha256: z.string(),
        /** How many writes it was made of: each is an object by itself in a bucket. */
        parts: z.number().default(0),
      }),
    )
    .readonly(),
});

/** A checkpoint without its pages. They are durable before it is. */
export type CheckpointHead = Readonly<z.infer<typeof schema>>;

/** The pages of one attempt up to a checkpoint, that will stay as they are. */
export type PageSegment = Readonly<CheckpointHead['segments'][number]>;

/** The head that a text holds; undefined for one that isn't whole. */
export function parseHead(text: string): CheckpointHead | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
