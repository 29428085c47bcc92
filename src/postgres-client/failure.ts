import { redact } from '../redaction';

/** What the driver, the server or the system threw. */
export interface PostgresFailure {
  /**
   * - `login`: the user was refused · `password`: there is none and one is asked for · `database`: there is none of that name
   * - `rights`: the user may not do that · `passing`: the same statement may succeed later · `refused`: it won't
   * - `encryption`: none could be agreed on · `unreachable`: no connection, or it was lost
   */
  readonly kind:
    | 'login'
    | 'password'
    | 'database'
    | 'rights'
    | 'passing'
    | 'refused'
    | 'encryption'
    | 'unreachable';
  /** An SQLSTATE of five letters, or a code of the system such as ECONNREFUSED; '' if there is none. */
  readonly code: string;
  /** The message and its hint, without secrets. */
  readonly said: string;
  readonly table: string | undefined;
  readonly column: string | undefined;
}

interface Thrown {
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
  readonly table?: string;
  readonly column?: string;
}

const KINDS: Readonly<Record<string, PostgresFailure['kind']>> = {
  '28P01': 'login',
  '28000': 'login',
  '3D000': 'database',
  '42501': 'rights',
};

/**
 * SQLSTATE classes and codes after which the same statement may succeed: connection, idle too long, transaction, resources, locks,
 * operator, system.
 */
const PASSING = /^(08|25P03|25P04|40|53|55P03|57P|57014|58)/;

/** What the driver and Node say of certificates, and of servers without encryption. */
const OF_ENCRYPTION = /CERT|SELF_SIGNED|UNABLE_TO_|does not support SSL|certificate/;

/** Codes of the system are five letters too, where they begin with E. */
const isState = (code: string): boolean => /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);

export function postgresFailure(error: unknown): PostgresFailure {
  const { message, code = '', hint, table, column } = error as Thrown;
  const said = redact(`${message}${hint === undefined ? '' : ` (${hint})`}`);
  return { kind: kindOf(message, code), code, said, table, column };
}

function kindOf(message: string, code: string): PostgresFailure['kind'] {
  if (isState(code)) return KINDS[code] ?? (PASSING.test(code) ? 'passing' : 'refused');
  if (/password must be a string|no password/i.test(message)) return 'password';
  return OF_ENCRYPTION.test(`${code} ${message}`) ? 'encryption' : 'unreachable';
}
