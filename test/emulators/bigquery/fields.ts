import { ApiError } from './api-error';
import type { TableFieldSchema } from './rest-types';
import { numericProblem } from './sql/parse-type';
import { type Column, scalar, typeNamed } from './sql/types';

/** The API's older names of types, which its answers have. */
const REST_NAMES: Readonly<Record<string, string>> = {
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  BOOL: 'BOOLEAN',
  STRUCT: 'RECORD',
};

const restType = (name: string): string => REST_NAMES[name] ?? name;

/** A column as the API describes it. */
export function fieldOf(column: Column): TableFieldSchema {
  const { name, type, required, precision, scale, maxLength, description } = column;
  const field: TableFieldSchema = {
    name,
    type: restType(type.name),
    mode: required ? 'REQUIRED' : 'NULLABLE',
  };
  if (type.fields !== undefined) field.fields = type.fields.map(fieldOf);
  if (precision !== undefined) field.precision = String(precision);
  if (scale !== undefined && scale > 0) field.scale = String(scale);
  if (maxLength !== undefined) field.maxLength = String(maxLength);
  if (description !== undefined) field.description = description;
  return field;
}

const invalid = (message: string): ApiError => new ApiError('invalid', message);

/** The columns of a schema that the API was given. @throws ApiError invalid */
export function columnsOf(fields: readonly TableFieldSchema[], within = ''): readonly Column[] {
  const seen = new Set<string>();
  return fields.map((field) => {
    const column = columnOfField(field, within);
    const key = column.name.toLowerCase();
    if (seen.has(key)) throw invalid(`Field ${within}${column.name} already exists in schema`);
    seen.add(key);
    return column;
  });
}

const KNOWN: ReadonlySet<string> = new Set([
  'name',
  'type',
  'mode',
  'fields',
  'precision',
  'scale',
  'maxLength',
  'description',
]);

function columnOfField(field: TableFieldSchema, within: string): Column {
  const { name = '', type = '', mode = 'NULLABLE', precision, scale, maxLength, description } = field;
  const where = `${within}${name}`;
  const unknown = Object.keys(field).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) throw invalid(`The fake doesn't have ${unknown} of the field ${where}`);
  checkColumnName(name);
  const known = typeNamed(type);
  if (known === undefined)
    throw invalid(`Invalid value for type: ${type} is not a valid value (field ${where})`);
  if (mode !== 'NULLABLE' && mode !== 'REQUIRED')
    throw invalid(`The fake doesn't have the mode ${mode} (field ${where})`);
  if (known === 'STRUCT' && (field.fields ?? []).length === 0)
    throw invalid(`Field ${where} is type RECORD but has no schema`);
  const digits = precision === undefined ? undefined : Number(precision);
  const problem =
    digits === undefined
      ? undefined
      : known === 'NUMERIC' || known === 'BIGNUMERIC'
        ? numericProblem(known, digits, Number(scale ?? 0))
        : `Field ${where} of type ${known} can't have a precision`;
  if (problem !== undefined) throw invalid(problem);
  return {
    name,
    type: known === 'STRUCT' ? { name: known, fields: columnsOf(field.fields!, `${where}.`) } : scalar(known),
    required: mode === 'REQUIRED',
    precision: digits,
    scale: digits === undefined ? undefined : Number(scale ?? 0),
    maxLength: maxLength === undefined ? undefined : Number(maxLength),
    description,
  };
}

const RESERVED_PREFIX = /^(_table_|_file_|_partition|_row_timestamp|__root__|_colidentifier|_changes_)/i;

/** @throws ApiError invalid for what can't be the name of a column */
export function checkColumnName(name: string): void {
  if (name === '' || name.length > 300 || /[!"$()*,./;?@[\\\]^`{}~\p{Cc}]/u.test(name))
    throw invalid(
      `Invalid field name "${name}". Fields must contain the allowed characters, and be at most 300 characters long.`,
    );
  if (RESERVED_PREFIX.test(name))
    throw invalid(`Invalid field name "${name}". The prefix is not allowed: it is used by BigQuery.`);
}
