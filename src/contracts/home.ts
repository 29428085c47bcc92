/** Where a dataset is that lies on one host's disk. */
export interface DatasetHome {
  readonly host: string;
  /** For people: the absolute path of the file there. */
  readonly location: string;
  /** Drawn when the dataset was first written. Undefined if nothing is stored in the file yet. */
  readonly datasetId?: string | undefined;
}

/** A worker asks whether it may load into what it finds. */
export interface HomeAsk extends DatasetHome {
  readonly version: 1;
}

/** `home` is where the dataset is: that of the asker if it is accepted. */
export interface HomeAnswer {
  readonly accepted: boolean;
  readonly home: DatasetHome;
}

/** What is known of a dataset's home; `since` is in epoch milliseconds of the workflow's clock. */
export interface HomeState extends DatasetHome {
  readonly since: number;
}

/** Input of `tidemarkHome`. `carried` is set by continue-as-new only. */
export interface HomeInput {
  readonly version: 1;
  /** Asks after which it continues as new, besides the server's own advice. @default 500 */
  readonly continueAfter?: number;
  readonly carried?: HomeState;
}
