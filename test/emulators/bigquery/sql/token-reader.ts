import { type ApiError, invalidQuery } from '../api-error';
import { isName, placeOf, type Token, tokenize } from './lexer';

/** Reads the tokens of a text one after the other. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(readonly sql: string) {
    this.#tokens = tokenize(sql);
  }

  /** @param ahead 0 is the next one */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }

  /** Where the next token starts. */
  get at(): number {
    return this.peek().start;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  /** Whether the next tokens are these words or symbols, in upper case. */
  is(...keys: readonly string[]): boolean {
    return keys.every((key, ahead) => this.peek(ahead).key === key);
  }

  /** Takes these words if they are the next ones. */
  took(...keys: readonly string[]): boolean {
    const are = this.is(...keys);
    if (are) this.#next += keys.length;
    return are;
  }

  /** @throws ApiError if the next tokens are others */
  expect(...keys: readonly string[]): void {
    for (const key of keys) if (!this.took(key)) throw this.unexpected(`Expected ${shownKey(key)} but got`);
  }

  /** A name, in backticks or not reserved. */
  name(): string {
    if (!isName(this.peek())) throw this.unexpected('Unexpected');
    return this.take().text;
  }

  /** A name after a dot, where words may be reserved. */
  nameAfterDot(): string {
    if (this.peek().kind === 'word') return this.take().text;
    return this.name();
  }

  list<T>(read: () => T): T[] {
    const all = [read()];
    while (this.took(',')) all.push(read());
    return all;
  }

  /** A list in parentheses. */
  parenthesized<T>(read: () => T): T[] {
    this.expect('(');
    const all = this.list(read);
    this.expect(')');
    return all;
  }

  unexpected(what: string): ApiError {
    const { kind, text, key, start } = this.peek();
    const shown =
      kind === 'end'
        ? 'end of script'
        : kind === 'word' && !isName(this.peek())
          ? `keyword ${key}`
          : kind === 'word' || kind === 'quoted'
            ? `identifier ${kind === 'quoted' ? `\`${text}\`` : text}`
            : kind === 'symbol'
              ? `"${text}"`
              : `${kind} literal ${JSON.stringify(text)}`;
    return this.syntaxError(`${what} ${shown}`, start);
  }

  syntaxError(message: string, at: number = this.at): ApiError {
    return invalidQuery(`Syntax error: ${message}`, placeOf(this.sql, at));
  }
}

const shownKey = (key: string): string => (/^\w/.test(key) ? `keyword ${key}` : `"${key}"`);
