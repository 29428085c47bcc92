import { useEffect, useRef } from 'preact/hooks';

/** Calls `onGap` for the keys n and p, wherever the focus is: but not while one types or a dialog is open. */
export function useGapKeys(onGap: (direction: 1 | -1) => void): void {
  const latest = useRef(onGap);
  latest.current = onGap;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      const direction = event.key === 'n' ? 1 : event.key === 'p' ? -1 : undefined;
      if (direction === undefined || isTyping(event) || document.querySelector('dialog[open]') !== null)
        return;
      latest.current(direction);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

/** A letter in a list of choices goes to one of them. */
function isTyping({ target, isComposing }: KeyboardEvent): boolean {
  if (isComposing) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select') !== null;
}
