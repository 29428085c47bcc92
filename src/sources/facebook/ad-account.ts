import { z } from 'zod';
import { resource } from '../../source';
import type { FacebookConfig } from './config';
import { accountOf } from './insights';

const FIELDS = (
  'id account_id name account_status age amount_spent balance business_name created_time currency ' +
  'disable_reason spend_cap timezone_id timezone_name timezone_offset_hours_utc'
).split(' ');

/** The ad account itself, as it is now: one row. Amounts are in the smallest unit of its currency, and come as text. */
export const adAccount = (c: FacebookConfig) =>
  resource({
    name: 'ad_account',
    primaryKey: 'id',
    writeDisposition: 'replace',
    selected: false,
    params: z.object({ fields: z.array(z.string()).default([...FIELDS]) }),
    columns: {
      amount_spent: { dataType: 'bigint' },
      balance: { dataType: 'bigint' },
      spend_cap: { dataType: 'bigint' },
    },
    async *extract({ http, params }) {
      yield await http.get<Record<string, unknown>>(`/${c.graphVersion}/${accountOf(c)}`, {
        params: { fields: params.fields.join(',') },
      });
    },
  });
