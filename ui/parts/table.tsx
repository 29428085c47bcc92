import type { ComponentChildren } from 'preact';
import { useCallback, useState } from 'preact/hooks';

export interface TableColumn<Row> {
  readonly key: string;
  readonly title: ComponentChildren;
  /** Numbers stand at the right. */
  readonly numeric?: boolean;
  /** Names the row: its cell is a header. */
  readonly heads?: boolean;
  readonly cell: (row: Row, index: number) => ComponentChildren;
}

interface TableProps<Row> {
  /** What the table shows, for a screen reader; seen with `captionShown`. */
  readonly caption: string;
  readonly captionShown?: boolean;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf?: (row: Row, index: number) => string | number;
  /** Said in place of no rows. */
  readonly empty?: string;
}

/** A table that scrolls sideways within itself where it is too wide. */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, captionShown = false, columns, rows, empty = 'Nothing yet.' } = props;
  const keyOf = props.keyOf ?? ((_row: Row, index: number) => index);
  const [ref, scrolls] = useScrolls();
  if (rows.length === 0) return <p class="dim">{empty}</p>;
  return (
    <div
      ref={ref}
      class="table-wrap"
      {...(scrolls ? { role: 'region', 'aria-label': caption, tabIndex: 0 } : {})}
    >
      <table>
        <caption class={captionShown ? undefined : 'unseen'}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ key, title, numeric }) => (
              <th key={key} scope="col" class={numeric ? 'num' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)}>
              {columns.map((column) => (
                <Cell key={column.key} column={column} row={row} index={index} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Whether an element's content is wider than it: then the keyboard must reach it. The element is given by the callback. */
function useScrolls(): [(element: HTMLDivElement | null) => (() => void) | undefined, boolean] {
  const [scrolls, setScrolls] = useState(false);
  const ref = useCallback((element: HTMLDivElement | null) => {
    if (element === null) return undefined;
    const look = () =>
      setScrolls(
        element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1,
      );
    const observer = new ResizeObserver(look);
    observer.observe(element);
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return [ref, scrolls];
}

interface CellProps<Row> {
  readonly column: TableColumn<Row>;
  readonly row: Row;
  readonly index: number;
}

function Cell<Row>({ column, row, index }: CellProps<Row>) {
  const kind = column.numeric ? 'num' : undefined;
  const content = column.cell(row, index);
  if (!column.heads) return <td class={kind}>{content}</td>;
  return (
    <th scope="row" class={kind}>
      {content}
    </th>
  );
}
