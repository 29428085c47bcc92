/** Lower case letters, digits, `_` and `-`, 63 at the most, are what Google takes. */
const FOREIGN = /[^a-z0-9_-]/g;
const LONGEST = 63;

/** A text as the value of a label. */
export const labelValue = (text: string): string =>
  text.toLowerCase().replace(FOREIGN, '_').slice(0, LONGEST);

/** What jobs are told apart by in the project's list of jobs and in its bill. */
export interface JobLabels {
  readonly tidemark_job: 'read' | 'stage' | 'define' | 'commit' | 'query';
  readonly tidemark_pipeline?: string | undefined;
  readonly tidemark_dataset: string;
  readonly tidemark_load_key?: string | undefined;
  readonly tidemark_load_id?: string | undefined;
}
