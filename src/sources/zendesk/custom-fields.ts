import type { Http, JsonObject } from '../../http';
import { normalizeIdentifier } from '../../schema';
import { listPages } from './list-pages';

/** A field of tickets, as the API lists it. */
interface TicketField {
  readonly id: number | bigint;
  readonly title: string;
  readonly custom_field_options?: readonly { readonly name: string; readonly value: string }[] | null;
}

interface FieldValue {
  readonly id: number | bigint;
  readonly value: unknown;
}

interface NamedField {
  readonly name: string;
  /** Titles of what may be chosen, by value. */
  readonly titles: ReadonlyMap<string, string>;
}

const keyOf = (id: number | bigint): string => String(id);
/** What a field is named that isn't listed any more, or whose title has nothing to make a name of. */
const nameless = (id: number | bigint): string => `field_${id}`;

/** A title without the marks around it: a dot or question mark at its end would be an `x` in the column's name. */
const trimmed = (title: string): string => title.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');

/** Whether a title has a letter or digit that the name of a column may have. */
const isNameable = (title: string): boolean => /[a-z0-9]/i.test(title);

/**
 * The name of each field. Of several whose titles give one column, that with the smallest id, the oldest, has the title
 * alone; the others have their id behind it. So a field that is added later takes no column from another.
 */
function namesOf(fields: readonly TicketField[]): ReadonlyMap<string, NamedField> {
  const named = new Map<string, NamedField>();
  const taken = new Set<string>();
  const oldestFirst = [...fields].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  for (const { id, title, custom_field_options } of oldestFirst) {
    const wanted = isNameable(title) ? trimmed(title) : nameless(id);
    const name = taken.has(normalizeIdentifier(wanted)) ? `${wanted} ${id}` : wanted;
    taken.add(normalizeIdentifier(name));
    const titles = new Map((custom_field_options ?? []).map(({ name: shown, value }) => [value, shown]));
    named.set(keyOf(id), { name, titles });
  }
  return named;
}

/**
 * Asks for the fields of tickets, and gives a function that turns the list of custom fields of a ticket into an object: a
 * column for each, named by its title.
 *
 * @param values what stands for a choice of a dropdown: its tag, as the API sends it, or its title
 */
export async function customFieldsByTitle(
  http: Http,
  values: 'tags' | 'titles',
): Promise<(ticket: unknown) => unknown> {
  const fields: TicketField[] = [];
  for await (const { rows } of listPages(http, 'ticket_fields'))
    fields.push(...(rows as unknown as readonly TicketField[]));
  const named = namesOf(fields);
  const shown = (value: unknown, { titles }: NamedField): unknown => {
    if (values === 'tags') return value;
    if (Array.isArray(value)) return value.map((one) => titles.get(String(one)) ?? one);
    return typeof value === 'string' ? (titles.get(value) ?? value) : value;
  };
  return (ticket) => {
    // `fields` is the same list under an older name
    const { fields: _, custom_fields: list, ...rest } = ticket as JsonObject;
    if (!Array.isArray(list)) return rest;
    const entries = (list as readonly FieldValue[]).map(({ id, value }): [string, unknown] => {
      const field = named.get(keyOf(id));
      return field === undefined ? [nameless(id), value] : [field.name, shown(value, field)];
    });
    return { ...rest, custom_fields: Object.fromEntries(entries) };
  };
}
