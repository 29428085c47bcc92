/** The newest millisecond that a name of this process has. */
let newest = 0;

/** The dataset of a development run at an instant: `shop_data_20240102030405678`. The same instant gives the same name. */
export function devDatasetAt(dataset: string, ms: number): string {
  const stamp = new Date(ms).toISOString().replace(/\D/g, '');
  return `${dataset}_${stamp}`;
}

/** The dataset of a development run that begins now: no other run of this process has it. */
export function nextDevDataset(dataset: string): string {
  newest = Math.max(Date.now(), newest + 1);
  return devDatasetAt(dataset, newest);
}
