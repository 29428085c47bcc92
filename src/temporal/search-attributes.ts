import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTE_TYPES } from '../contracts';

const DEADLINE_MS = 10_000;
/** Numbers of temporal.api.enums.v1.IndexedValueType. */
const INDEXED_TYPES = { Keyword: 2, Datetime: 6, KeywordList: 7 } as const;

type OperatorConnection = Pick<Connection, 'operatorService' | 'withDeadline'>;

/**
 * Registers tidemark's search attributes where they are missing. They are for looking at, not needed: false where the
 * server does not let us (Temporal Cloud has its own way to add them), and runs then go without.
 */
export async function ensureSearchAttributes(
  connection: OperatorConnection,
  namespace: string,
): Promise<boolean> {
  try {
    return await connection.withDeadline(Date.now() + DEADLINE_MS, async () => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = Object.entries(SEARCH_ATTRIBUTE_TYPES).filter(
        ([name]) => !(name in (customAttributes ?? {})),
      );
      if (missing.length === 0) return true;
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, INDEXED_TYPES[type]])),
      });
      return true;
    });
  } catch {
    return false;
  }
}
