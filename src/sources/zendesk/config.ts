import { z } from 'zod';
import { instant, secret } from '../../config';
import { basic, bearer, type HttpAuth } from '../../http';

const subdomain = z.string().regex(/^[a-z0-9][a-z0-9-]*$/i, {
  error: 'write only the first part of the address: "acme" of https://acme.zendesk.com',
});

/** The account: one of three kinds of credentials, of which the first that is complete is used. */
const credentials = z.union([
  z.object({
    /** `acme` of `https://acme.zendesk.com`. */
    subdomain,
    /** Of an admin; `name@example.com/token` where the password is an API token. */
    email: z.string(),
    password: secret(z.string()),
  }),
  z.object({
    subdomain,
    email: z.string(),
    /** An API token, as Admin Center makes it. */
    token: secret(z.string()),
  }),
  z.object({
    subdomain,
    /** An OAuth access token with the scope `read`. */
    oauthToken: secret(z.string()),
  }),
]);

export const config = z.object({
  credentials,
  /** Where the data begins. Inclusive. */
  startDate: instant().default('2000-01-01'),
  /** Where it ends. Exclusive; makes the load stateless. */
  endDate: instant().optional(),
  /** How tickets are exported: by time, or by cursor. The rows are the same; pages by cursor repeat none. */
  ticketExport: z.enum(['time', 'cursor']).default('time'),
  /** Whether the custom fields of a ticket are a child table of ids and values, or columns named by the fields' titles. */
  customFields: z.enum(['list', 'byTitle']).default('list'),
  /** What stands for a choice of a dropdown in such a column: its tag, as the API sends it, or its title. */
  dropdownValues: z.enum(['tags', 'titles']).default('tags'),
  /** Days within which a satisfaction rating may still change after it was offered. */
  ratingDays: z.number().min(0).default(30),
  /** Another address than that of the subdomain. */
  baseUrl: z.string().optional(),
  /** Seconds for which the API holds back what is new; 0 for one that doesn't. */
  settleSeconds: z.number().min(0).optional(),
});

const TOKEN_USER = '/token';

/** How each kind of credentials is sent. */
export function authOf(given: z.output<typeof credentials>): HttpAuth {
  if ('oauthToken' in given) return bearer(given.oauthToken);
  if ('password' in given) return basic(given.email, given.password);
  const user = given.email.endsWith(TOKEN_USER) ? given.email : `${given.email}${TOKEN_USER}`;
  return basic(user, given.token);
}
