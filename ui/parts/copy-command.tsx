import { useEffect, useRef, useState } from 'preact/hooks';

/** A command line, and a button that copies it. */
export function CopyCommand({
  command,
  label = 'As a command',
}: {
  readonly command: string;
  readonly label?: string;
}) {
  const [said, setSaid] = useState('');
  const text = useRef<HTMLElement>(null);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const onCopy = async () => {
    const done = await copy(command);
    if (!done && text.current !== null) getSelection()?.selectAllChildren(text.current);
    setSaid(done ? 'Copied' : 'Selected: copy it with the keyboard');
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setSaid(''), 4_000);
  };
  return (
    <div class="command">
      <span class="command-label">{label}</span>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it */}
      <section class="command-line" tabIndex={0} aria-label={label}>
        <code ref={text}>{command}</code>
      </section>
      <button type="button" onClick={onCopy}>
        Copy
      </button>
      <span class="command-said" role="status">
        {said}
      </span>
    </div>
  );
}

/** Whether it was copied: without https, a page beyond loopback has no clipboard. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
