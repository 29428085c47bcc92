import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isWhole } from './page-file';

const HEAD = 'checkpoint.json';

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
  segments: z.array(z.object({ file: z.string(), bytes: z.number(), sha256: z.string() })).readonly(),
});

/** A checkpoint as it lies on disk. Its segments are durable before it is. */
export type CheckpointHead = Readonly<z.infer<typeof schema>>;

/** The checkpoint in a folder, undefined if there is none that is whole. */
export async function readHead(folder: string): Promise<CheckpointHead | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path.join(folder, HEAD), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether every page that a checkpoint names is there. */
export async function hasItsPages(folder: string, { segments }: CheckpointHead): Promise<boolean> {
  for (const segment of segments)
    if (!(await isWhole(path.join(folder, segment.file), segment))) return false;
  return true;
}

/** Replaces the checkpoint of a folder: after a crash there is the old one or the new one, whole. */
export async function writeHead(folder: string, head: CheckpointHead): Promise<void> {
  const temporary = path.join(folder, `${randomUUID()}.tmp`);
  const file = await open(temporary, 'wx');
  try {
    await file.writeFile(JSON.stringify(head));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path.join(folder, HEAD));
  // the new name itself is durable with its folder only
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Removes what earlier attempts left beside their last checkpoint. */
export async function removeLeftovers(folder: string, head: CheckpointHead): Promise<void> {
  const kept = new Set([HEAD, ...head.segments.map(({ file }) => file)]);
  for (const name of await readdir(folder))
    if (!kept.has(name)) await rm(path.join(folder, name), { force: true });
}
