import type { ReadonlySignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type CellFacts, figures } from './model/grid-model';
import { type Kind, kindText } from './model/kinds';

/** What a tooltip says, and of which element. */
export interface Tip {
  readonly anchor: Element;
  readonly title: string;
  readonly kind: Kind;
  readonly lines: readonly string[];
}

export const tipOfCell = (anchor: Element, facts: CellFacts): Tip => ({
  anchor,
  title: `${facts.resource}, ${facts.interval}`,
  kind: facts.kind,
  lines: [[kindText(facts.kind), ...figures(facts)].join(', ')],
});

/**
 * The tooltip of the cell that is pointed at or has the focus. It says what the cell's own label says, so it is nothing for a
 * screen reader; no pointer reaches it, so it hides nothing that one goes to.
 */
export function TipLayer({ tip }: { readonly tip: ReadonlySignal<Tip | undefined> }) {
  const ref = useRef<HTMLDivElement>(null);
  const shown = tip.value;

  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null || shown === undefined) return;
    const at = shown.anchor.getBoundingClientRect();
    const own = element.getBoundingClientRect();
    const left = Math.min(at.left + at.width / 2 - own.width / 2, innerWidth - own.width - 8);
    const above = at.top - own.height - 8;
    element.style.left = `${Math.max(8, left)}px`;
    element.style.top = `${above > 8 ? above : at.bottom + 8}px`;
  }, [shown]);

  if (shown === undefined) return null;
  return (
    <div ref={ref} class="tip" aria-hidden="true">
      <strong>{shown.title}</strong>
      {shown.lines.map((line, index) => (
        <div key={line} class="tip-line">
          {index === 0 ? <span class={`glyph k-${shown.kind}`} /> : null}
          {line}
        </div>
      ))}
    </div>
  );
}
