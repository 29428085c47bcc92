import { comparePoints, type IsoPoint, pointOf, readIso } from './iso-point';

interface Bounds {
  readonly isMax: boolean;
  readonly start: unknown;
  readonly end: unknown;
  readonly last: unknown;
}

/** The bounds of an ISO text cursor as instants: tells the rows that are plainly inside, whatever form they have. */
export class InstantRange {
  private readonly direction: 1 | -1;
  private readonly start: IsoPoint | undefined;
  private readonly end: IsoPoint | undefined;
  private last: IsoPoint | undefined;
  /** The texts of the smallest and largest instant seen. */
  smallest: string | undefined;
  largest: string | undefined;
  private readonly least: IsoPoint = { seconds: Number.POSITIVE_INFINITY, fraction: 0 };
  private readonly most: IsoPoint = { seconds: Number.NEGATIVE_INFINITY, fraction: 0 };
  private readonly at: IsoPoint = { seconds: 0, fraction: 0 };
  /** Whether its values are instants: undefined until one has come. */
  private instants: boolean | undefined;

  constructor({ isMax, start, end, last }: Bounds) {
    this.direction = isMax ? 1 : -1;
    [this.start, this.end, this.last] = [start, end, last].map(toPoint);
    const texts = [start, end, last].filter((bound) => typeof bound === 'string');
    if (texts.length > 0) this.instants = (this.start ?? this.end ?? this.last) !== undefined;
  }

  /**
   * Whether a value lies beyond last, or strictly between start and last, and before the end in either case; undefined
   * where every rule has to be asked.
   */
  place(text: string): 'inside' | 'beyond' | undefined {
    const { at, start, end, last, direction } = this;
    if (last === undefined || !readIso(text, at)) return undefined;
    if (start !== undefined && comparePoints(at, start) * direction <= 0) return undefined;
    if (end !== undefined && comparePoints(at, end) * direction >= 0) return undefined;
    const toLast = comparePoints(at, last) * direction;
    if (toLast === 0) return undefined;
    this.widen(text);
    if (toLast < 0) return 'inside';
    copy(at, last);
    return 'beyond';
  }

  /** Counts a value among those seen; false where it is no instant. */
  see(value: unknown): boolean {
    if (typeof value !== 'string' || !readIso(value, this.at)) return false;
    this.widen(value);
    return true;
  }

  private widen(text: string): void {
    if (comparePoints(this.at, this.least) < 0) {
      this.smallest = text;
      copy(this.at, this.least);
    }
    if (comparePoints(this.at, this.most) > 0) {
      this.largest = text;
      copy(this.at, this.most);
    }
  }

  /** To be told where last was moved otherwise than by `place`. */
  moveTo(last: unknown): void {
    this.last = toPoint(last);
  }

  /**
   * Whether a value is of the kind that the cursor's other values are, instants or any text; the first one says which.
   * An instant and a text that is none have no order.
   */
  fits(text: string): boolean {
    const isInstant = readIso(text, this.at);
    this.instants ??= isInstant;
    return this.instants === isInstant;
  }
}

function copy(from: IsoPoint, to: IsoPoint): void {
  to.seconds = from.seconds;
  to.fraction = from.fraction;
}

function toPoint(bound: unknown): IsoPoint | undefined {
  return typeof bound === 'string' ? pointOf(bound) : undefined;
}
