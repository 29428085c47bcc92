import type { Count } from '../commit';
import type { SqlParam } from './scripting';
import type { SqlSession } from './transaction';

/** How many rows there are now. @param from what follows FROM: a table, with a condition if wanted */
export async function countStored(
  { rows }: Pick<SqlSession, 'rows'>,
  from: string,
  params?: readonly SqlParam[],
): Promise<number> {
  const [counted] = await rows(`SELECT count(*) AS n FROM ${from}`, params);
  return Number(counted?.n);
}

/** How many rows there are at this point of a transaction. @param from what follows FROM: a table, with a condition if wanted */
export const countRows = (
  { number }: SqlSession,
  from: string,
  params?: readonly SqlParam[],
): Promise<Count> => number(`SELECT count(*) AS n FROM ${from}`, params);
