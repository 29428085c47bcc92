/**
 * An emulator as a program of its own: prints one line of JSON with its address and what `announced` adds, and serves until it
 * is stopped.
 */
export async function serveUntilStopped<E extends { readonly url: string; close(): Promise<void> }>(
  emulator: E,
  announced: (emulator: E) => Readonly<Record<string, unknown>> = () => ({}),
): Promise<void> {
  console.log(JSON.stringify({ url: emulator.url, ...announced(emulator) }));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await emulator.close();
}
