/** A table as a database makes it. */
export interface TableDefinition {
  readonly table: string;
  /** Types in the database's own words. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** One statement, without a semicolon. */
  readonly statement: string;
}
