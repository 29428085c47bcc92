import type { CopyProgress, CopyReport, Destination } from '../destination';
import { Pipeline } from '../pipeline';
import type { Entry } from '../run';
import type { Access } from './access';

/** How the dataset of a pipeline is copied. */
export interface CopyRequest {
  /** Where to. */
  readonly to: Destination;
  /** Writes nothing: says what would be copied. @default false */
  readonly dryRun?: boolean | undefined;
  /** Called with each table that was brought, found there already, or compared. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
  /** Ends the copy between two tables; the same copy goes on later. */
  readonly signal?: AbortSignal | undefined;
}

/** Brings the dataset that a pipeline loads into, with all that is kept of loads, to the same name in another destination. */
export async function copyDataset(entry: Entry, request: CopyRequest, access: Access): Promise<CopyReport> {
  const { to, dryRun, onProgress, signal } = request;
  const { name, datasetName: dataset, workDir } = entry.pipeline;
  const target = new Pipeline({ name, dataset, workDir, destination: to });
  return access.withDataset({ pipeline: target }, (into) =>
    access.withDataset(entry, (from) =>
      from.contents((contents) => into.receive(contents, { dryRun, onProgress, signal, clock: Date.now })),
    ),
  );
}
