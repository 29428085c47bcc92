/** Gives what a request is sent with to be taken for one of an account. */
export interface Login {
  getRequestHeaders(url: string): Promise<Iterable<[string, string]>>;
}

/** The project that jobs run in, and how it is reached. Never shown as a whole: it has the login. */
export interface BigQueryPlace {
  readonly projectId: string;
  /** Where datasets are made, and where they must be. @default where the dataset is, `US` for a new one */
  readonly location: string | undefined;
  /** Of the API, without a slash at its end. */
  readonly endpoint: string;
  /** Undefined for an endpoint without encryption, which is an emulator's: no token is sent there. */
  readonly auth: Login | undefined;
  /** The most bytes that a query may bill. */
  readonly maximumBytesBilled: string | undefined;
  /** Milliseconds for which a request that Google asks to repeat is repeated. */
  readonly retryDeadlineMs: number;
}

/** A dataset, for people. Has no secret. */
export const describePlace = ({ projectId }: Pick<BigQueryPlace, 'projectId'>, dataset?: string): string =>
  dataset === undefined ? `bigquery://${projectId}` : `bigquery://${projectId}/${dataset}`;
