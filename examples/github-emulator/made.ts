/** What makes the rows of one repository. */
export interface Made {
  readonly seed: number;
  /** Unix seconds; the range is half open. */
  readonly from: number;
  readonly to: number;
  /** Where its ids begin. */
  readonly base: number;
  /** `owner/name` */
  readonly repository: string;
}

export const urlOf = ({ repository }: Made, path: string): string =>
  `https://api.github.example/repos/${repository}/${path}`;
