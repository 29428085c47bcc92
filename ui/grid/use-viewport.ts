import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Range, scrollTo, scrollToRange, type Viewport, visibleBlocks } from './model/layout';

/** The scrolled box of a grid. */
export interface GridViewport {
  /** Blocks in sight and beside it. */
  readonly visible: Range | undefined;
  /** Scrolls as far as it must for the column to be seen. */
  readonly reveal: (column: number) => void;
  /** Scrolls so that the range is in the middle. */
  readonly revealRange: (range: Range) => void;
  /** Pixels from the beginning of the tracks to a place of the page. */
  readonly trackX: (clientX: number) => number;
}

/**
 * Follows a box that scrolls sideways over `columns`, whose names stick to its left. Scrolling leads to work once a frame, and to
 * a new rendering only where other blocks come into sight.
 * @param at what is seen first: the column, or the newest ones
 */
export function useViewport(options: {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly names: RefObject<HTMLDivElement | null>;
  readonly columns: number;
  readonly at: number | undefined;
  readonly onScroll: () => void;
}): GridViewport {
  const { box, names, columns, at, onScroll } = options;
  const [visible, setVisible] = useState<Range | undefined>(undefined);
  const told = useRef(onScroll);
  told.current = onScroll;
  const widths = useRef<{ readonly names: number; readonly tracks: number } | undefined>(undefined);

  // measured when it changes, not with each step of scrolling
  const widthsNow = useCallback(() => {
    const own = names.current?.offsetWidth ?? 0;
    widths.current ??= { names: own, tracks: Math.max(0, (box.current?.clientWidth ?? 0) - own) };
    return widths.current;
  }, [box, names]);
  const measure = useCallback(
    (): Viewport => ({ left: box.current?.scrollLeft ?? 0, width: widthsNow().tracks }),
    [box, widthsNow],
  );

  const update = useCallback(() => {
    const next = visibleBlocks(measure(), columns);
    setVisible((before) => (before?.first === next?.first && before?.last === next?.last ? before : next));
  }, [columns, measure]);

  useNewestFirst({ box, columns, at, measure });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    let frame: number | undefined;
    const onFrame = () => {
      frame = undefined;
      update();
      told.current();
    };
    const onMove = () => {
      frame ??= requestAnimationFrame(onFrame);
    };
    update();
    const observer = new ResizeObserver(() => {
      widths.current = undefined;
      onMove();
    });
    observer.observe(element);
    element.addEventListener('scroll', onMove, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onMove);
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [box, update]);

  const reveal = useCallback(
    (column: number) => {
      const viewport = measure();
      const left = scrollTo(column, viewport);
      if (left !== viewport.left && box.current !== null) box.current.scrollLeft = left;
    },
    [box, measure],
  );
  const revealRange = useCallback(
    (range: Range) => {
      if (box.current !== null) box.current.scrollLeft = scrollToRange(range, measure().width);
    },
    [box, measure],
  );
  const trackX = useCallback(
    (clientX: number) => {
      const left = box.current?.getBoundingClientRect().left ?? 0;
      return clientX - left - widthsNow().names + measure().left;
    },
    [box, widthsNow, measure],
  );
  return { visible, reveal, revealRange, trackX };
}

/** Begins at the newest intervals, or at `at`; who stands at the newest ones stays there when others come. */
function useNewestFirst(options: {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly columns: number;
  readonly at: number | undefined;
  readonly measure: () => Viewport;
}): void {
  const { box, columns, at, measure } = options;
  const atEnd = useRef(true);
  const begun = useRef(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const first = !begun.current;
    begun.current = true;
    if (first && at !== undefined)
      element.scrollLeft = scrollToRange({ first: at, last: at }, measure().width);
    else if (atEnd.current) element.scrollLeft = element.scrollWidth;
    const onScroll = () => {
      atEnd.current = element.scrollLeft + element.clientWidth >= element.scrollWidth - 2;
    };
    element.addEventListener('scrollend', onScroll, { passive: true });
    return () => element.removeEventListener('scrollend', onScroll);
  }, [box, columns]);
}
