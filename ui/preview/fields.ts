import { useEffect, useRef, useState } from 'preact/hooks';
import { query, setQuery } from '../lib/router';

/** What is asked, by the names that the server and the page's own address have for it. */
export const FIELDS = ['cron', 'timezone', 'startDate', 'endDate', 'pipeline'] as const;
export type FieldName = (typeof FIELDS)[number];
/** Texts as they are typed; empty where nothing is. */
export type Fields = Readonly<Record<FieldName, string>>;

/** While one types, nothing is asked for so long. */
const PAUSE_MS = 250;

/** What the server is asked; undefined without a cron. */
export function pathOf(fields: Fields): string | undefined {
  if (fields.cron.trim() === '') return undefined;
  const given = FIELDS.filter((name) => fields[name].trim() !== '');
  return `/api/preview?${new URLSearchParams(given.map((name) => [name, fields[name].trim()]))}`;
}

/**
 * The form's texts. What is typed gets into the address after a pause, and what is asked is the address's: so it can be
 * shared, and the browser's way back leads to what was there.
 */
export function useFields(): {
  readonly typed: Fields;
  readonly asked: Fields;
  readonly type: (change: Partial<Fields>) => void;
} {
  const asked = fieldsOf(query.value);
  const [typed, setTyped] = useState(asked);
  const known = useRef(keyOf(asked));
  const askedKey = keyOf(asked);
  const typedKey = keyOf(typed);

  useEffect(() => {
    if (askedKey === known.current) return;
    known.current = askedKey;
    setTyped(asked);
  }, [askedKey]);

  useEffect(() => {
    if (typedKey === known.current) return undefined;
    const timer = setTimeout(() => {
      known.current = typedKey;
      setQuery(
        Object.fromEntries(FIELDS.map((name) => [name, typed[name] === '' ? undefined : typed[name]])),
      );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typedKey]);

  return { typed, asked, type: (change) => setTyped((before) => ({ ...before, ...change })) };
}

function fieldsOf(from: Readonly<Record<string, string | undefined>>): Fields {
  return {
    cron: from['cron'] ?? '',
    timezone: from['timezone'] ?? '',
    startDate: from['startDate'] ?? '',
    endDate: from['endDate'] ?? '',
    pipeline: from['pipeline'] ?? '',
  };
}

const keyOf = (fields: Fields): string => JSON.stringify(FIELDS.map((name) => fields[name]));
