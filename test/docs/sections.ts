/** The text below each heading of a level, up to the next heading of that level or a higher one. */
export function sectionsOf(text: string, level = 2): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  let name: string | undefined;
  for (const line of text.split('\n')) {
    const [, marks = '', title = ''] = /^(#{1,6}) (.*)$/.exec(line) ?? [];
    if (marks !== '' && marks.length <= level) name = marks.length === level ? title : undefined;
    else if (name !== undefined) sections.set(name, `${sections.get(name) ?? ''}${line}\n`);
  }
  return sections;
}

/** The cells of a section's table without its head; the code in a cell, where it begins with one. */
export function tableOf(section: string): readonly (readonly string[])[] {
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => /^`([^`]+)`/.exec(cell.trim())?.[1] ?? cell.trim()),
  );
}
