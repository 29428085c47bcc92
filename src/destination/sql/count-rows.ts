import type { SqlParam } from './driver';
import type { SqlSession } from './transaction';

/** How many rows there are. @param from what follows FROM: a table, with a condition if wanted */
export async function countRows(
  { rows }: SqlSession,
  from: string,
  params?: readonly SqlParam[],
): Promise<number> {
  const [counted] = await rows(`SELECT count(*) AS n FROM ${from}`, params);
  return Number(counted?.n);
}
