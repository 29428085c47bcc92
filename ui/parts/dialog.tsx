import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: string;
  /** Escape, the cross, or a button of the content's own. The owner takes the dialog away. */
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
  /** Buttons below. */
  readonly footer?: ComponentChildren;
  /** While something is sent: it can't be closed. */
  readonly busy?: boolean;
  readonly wide?: boolean;
}

/** A modal dialog: open as long as it is there. The focus goes into it, and back to where it was. */
export function Dialog({ title, onClose, children, footer, busy = false, wide = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();

  // at once, not after the next frame: a key that is pressed then would find no focus, and lose the one it leads to
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  const onCancel = (event: Event) => {
    event.preventDefault();
    if (!busy) onClose();
  };
  return (
    <dialog ref={ref} class={wide ? 'dialog wide' : 'dialog'} aria-labelledby={id} onCancel={onCancel}>
      <header class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="icon" aria-label="Close" disabled={busy} onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </header>
      <div class="dialog-body">{children}</div>
      {footer === undefined ? null : <footer class="dialog-foot">{footer}</footer>}
    </dialog>
  );
}
