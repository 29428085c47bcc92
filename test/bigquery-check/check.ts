import type { Target } from './target';

/** A failure that has a reason. */
export interface Exception {
  /** What the failure says. */
  readonly found: RegExp;
  readonly reason: string;
}

/** One thing that is asked. */
export interface Check {
  readonly name: string;
  /** Whether nothing may run in this process meanwhile. @default false */
  readonly alone?: boolean;
  /** What BigQuery can't do as others do; that it fails so, and not otherwise, is right. @default none */
  readonly exception?: Exception | undefined;
  /** @throws Mismatch, or whatever fails. @returns what there is to tell beside that it is right */
  run(target: Target): Promise<string | undefined>;
}

/** Checks of one kind, which `--only` names. */
export interface CheckGroup {
  readonly group: string;
  readonly checks: readonly Check[];
}
