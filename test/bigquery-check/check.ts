import type { Target } from './target';

/** One thing that is asked. */
export interface Check {
  readonly name: string;
  /** Whether nothing may run in this process meanwhile. @default false */
  readonly alone?: boolean;
  /** @throws Mismatch, or whatever fails. @returns what there is to tell beside that it is right */
  run(target: Target): Promise<string | undefined>;
}

/** Checks of one kind, which `--only` names. */
export interface CheckGroup {
  readonly group: string;
  readonly checks: readonly Check[];
}
