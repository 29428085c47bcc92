/** The SQL of the limit: DuckDB's own JSON reader with every type known beforehand, into the tables that a loader makes. */

export interface Table {
  readonly name: string;
  /** Columns of the table without its links, and how each is read: from the page's row, or from `item` of the list. */
  readonly columns: Readonly<Record<string, string>>;
  /** What the tables below it are made of: staged with its rows, but no column of the table. */
  readonly lists?: Readonly<Record<string, string>>;
  /** The staged table and the list in it that its rows come from. */
  readonly from?: { readonly parent: string; readonly list: string };
}

/** The types of a page file for DuckDB's JSON reader, and the tables that it becomes, parents before children. */
interface ReaderShape {
  readonly columns: Readonly<Record<string, string>>;
  readonly tables: readonly Table[];
}

const CHILD_FIELDS: Readonly<Record<string, string>> = {
  id: 'BIGINT',
  via: 'VARCHAR',
  via_reference_id: 'BIGINT',
  event_type: 'VARCHAR',
  comment_present: 'BOOLEAN',
  comment_public: 'BOOLEAN',
  body: 'VARCHAR',
  author_id: 'BIGINT',
  score: 'DOUBLE',
  status: 'VARCHAR',
  priority: 'VARCHAR',
  previous_value: 'VARCHAR',
  group_id: 'BIGINT',
  subject: 'VARCHAR',
  assignee_id: 'BIGINT',
};
const TICKET_FIELDS = { '360001': 'VARCHAR', '360002': 'BIGINT', '360003': 'BOOLEAN' };

const struct = (fields: Readonly<Record<string, string>>): string =>
  `STRUCT(${Object.entries(fields)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(', ')})`;

/** Columns that are read under their own name. */
const same = (names: readonly string[], prefix = ''): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `${prefix}"${name}"`]));

const EVENT_FIELDS = {
  id: 'BIGINT',
  ticket_id: 'BIGINT',
  timestamp: 'BIGINT',
  created_at: 'TIMESTAMPTZ',
  event_type: 'VARCHAR',
  via: 'VARCHAR',
  updater_id: 'BIGINT',
};
const SYSTEM_FIELDS = { client: 'VARCHAR', location: 'VARCHAR', latitude: 'DOUBLE', longitude: 'DOUBLE' };
const FLAT_FIELDS = {
  id: 'BIGINT',
  number: 'BIGINT',
  title: 'VARCHAR',
  state: 'VARCHAR',
  comments: 'BIGINT',
  created_at: 'TIMESTAMPTZ',
  updated_at: 'TIMESTAMPTZ',
  locked: 'BOOLEAN',
};

export const EVENTS: ReaderShape = {
  columns: {
    ...EVENT_FIELDS,
    system: struct(SYSTEM_FIELDS),
    child_events: `${struct({ ...CHILD_FIELDS, tags: 'VARCHAR[]', custom_ticket_fields: struct(TICKET_FIELDS) })}[]`,
  },
  tables: [
    {
      name: 'events',
      columns: {
        ...same(Object.keys(EVENT_FIELDS)),
        ...Object.fromEntries(
          Object.keys(SYSTEM_FIELDS).map((name) => [`system__${name}`, `"system"."${name}"`]),
        ),
      },
      lists: { child_events: 'child_events' },
    },
    {
      name: 'events__child_events',
      from: { parent: 'events', list: 'child_events' },
      lists: { tags: 'item.tags' },
      columns: {
        ...same(Object.keys(CHILD_FIELDS), 'item.'),
        ...Object.fromEntries(
          Object.keys(TICKET_FIELDS).map((name) => [
            `custom_ticket_fields___${name}`,
            `item.custom_ticket_fields."${name}"`,
          ]),
        ),
      },
    },
    {
      name: 'events__child_events__tags',
      from: { parent: 'events__child_events', list: 'tags' },
      columns: { value: 'item' },
    },
  ],
};

export const FLAT: ReaderShape = {
  columns: FLAT_FIELDS,
  tables: [{ name: 'flat', columns: same(Object.keys(FLAT_FIELDS)) }],
};
