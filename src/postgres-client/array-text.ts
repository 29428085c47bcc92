/** A list, lists in it for further dimensions. */
type ArrayItems = readonly (unknown | ArrayItems)[];

/**
 * Reads an array as Postgres writes it: `{1,NULL,"a \"quoted\" text"}`, with bounds before it where they aren't 1.
 *
 * @param read makes the value of an element of its text
 * @throws SyntaxError
 */
export function parseArray(text: string, read: (element: string) => unknown, delimiter = ','): ArrayItems {
  let at = text.startsWith('[') ? text.indexOf('=') + 1 : 0;

  function list(): unknown[] {
    at += 1;
    const items: unknown[] = [];
    if (text[at] === '}') {
      at += 1;
      return items;
    }
    for (;;) {
      items.push(item());
      const next = text[at];
      at += 1;
      if (next === '}') return items;
      if (next !== delimiter) throw new SyntaxError(`"${text}" is not an array of Postgres`);
    }
  }

  function item(): unknown {
    if (text[at] === '{') return list();
    if (text[at] === '"') return read(quotedText());
    const start = at;
    while (at < text.length && text[at] !== delimiter && text[at] !== '}') at += 1;
    const plain = text.slice(start, at);
    return plain === 'NULL' ? null : read(plain);
  }

  function quotedText(): string {
    let value = '';
    for (at += 1; text[at] !== '"'; at += 1) {
      if (at >= text.length) throw new SyntaxError(`"${text}" is not an array of Postgres`);
      if (text[at] === '\\') at += 1;
      value += text[at];
    }
    at += 1;
    return value;
  }

  if (text[at] !== '{') throw new SyntaxError(`"${text}" is not an array of Postgres`);
  return list();
}
