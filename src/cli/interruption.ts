import type { Terminal } from './output/terminal';

/** Ctrl-C and the terminate signal as an AbortSignal. A second one ends the process at once. */
export function interruption(terminal: Terminal): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      terminal.err('Stopped at once.');
      process.exit(name === 'SIGINT' ? 130 : 143);
    }
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    dispose() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
