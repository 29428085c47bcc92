import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DatasetInput } from './dataset-case';
import { runDatasetCase } from './dataset-case';
import { decode } from './decode';
import type { MakeDestination } from './make-destination';
import { outcomeDifference } from './match-outcome';

/** A case recorded from dlt: rows of some runs, and what lies in the destination after them. */
export interface RecordedCase {
  readonly id: string;
  readonly about: string;
  readonly producer: string;
  readonly input: unknown;
  readonly expect: unknown;
}

/** Kinds of cases that load into a destination, each with a file of its name. */
export const RECORDED_KINDS = ['normalize', 'load'] as const;

/** The recorded cases of a kind. @param folder where the files are */
export function recordedCases(
  folder: string,
  kind: (typeof RECORDED_KINDS)[number],
): readonly RecordedCase[] {
  return JSON.parse(readFileSync(path.join(folder, `${kind}.json`), 'utf8')) as readonly RecordedCase[];
}

/** Runs a case; what differs from the recorded outcome, undefined if nothing does. */
export async function runRecorded(
  { input, expect }: RecordedCase,
  destination: MakeDestination,
  dataset: string,
): Promise<string | undefined> {
  const actual = await runDatasetCase(decode(input) as DatasetInput, destination, dataset);
  return outcomeDifference(actual, decode(expect));
}
