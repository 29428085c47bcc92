/** SQL with `?` as Postgres has it. */
const numbered = new Map<string, string>();

/** Statements that are remembered; a user's SQL is among them. */
const MOST = 2000;

/** What a `?` within is no parameter: texts, quoted names, comments, dollar-quoted texts. */
const OPAQUE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(\$[A-Za-z_]*\$)[\s\S]*?\1|\?/g;

/** Numbers the parameters of a statement: `a = ? AND b = ?` is `a = $1 AND b = $2`. */
export function numberParameters(sql: string): string {
  const known = numbered.get(sql);
  if (known !== undefined) return known;
  let count = 0;
  const made = sql.replace(OPAQUE, (found) => (found === '?' ? `$${++count}` : found));
  if (numbered.size >= MOST) numbered.clear();
  numbered.set(sql, made);
  return made;
}
