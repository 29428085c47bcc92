/** An activity of the worker's own. */
export async function announce(day: string, orders: number): Promise<string> {
  return `${day}: ${orders} orders`;
}
