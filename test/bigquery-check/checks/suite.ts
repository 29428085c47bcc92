import path from 'node:path';
import { CHECK_KINDS } from '../../../src/conformance/checks';
import { runInPlace } from '../../../src/conformance/in-place';
import { caseFiles, OWN_CASES, readCases } from '../../conformance/case-files';
import { runCase } from '../../conformance/run-case';
import type { Check, CheckGroup } from '../check';

/** Kinds that let commits fail by a listener, which is the process's. */
const LISTENING: readonly string[] = ['atomic', 'load-key'];

/** What `tidemark conformance` asks of a destination. */
export const suite: CheckGroup = {
  group: 'suite',
  checks: CHECK_KINDS.flatMap(({ kind, checks }) =>
    checks.map(
      (check): Check => ({
        name: `${kind}: ${check.name}`,
        alone: LISTENING.includes(kind),
        async run(target) {
          const { destination } = target.place();
          await runInPlace(() => destination, 'suite', check);
          return undefined;
        },
      }),
    ),
  ),
};

/** The kinds that load into a destination. */
const LOADING = ['load', 'normalize'];

/** The cases recorded from dlt that load. */
export const cases: CheckGroup = {
  group: 'cases',
  checks: caseFiles(OWN_CASES)
    .filter((file) => LOADING.includes(path.basename(file, '.json')))
    .flatMap((file) => readCases(file))
    .map(
      (one): Check => ({
        name: `${one.kind}: ${one.id}`,
        async run(target) {
          const { destination } = target.place();
          const differs = await runCase(one, () => destination);
          if (differs !== undefined) throw new Error(differs);
          return undefined;
        },
      }),
    ),
};
