/** One signal that is aborted as soon as one of several is. */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  // Node has it since 20.3; its types for 20.9 don't
  return (AbortSignal as unknown as { any(of: readonly AbortSignal[]): AbortSignal }).any(signals);
}
