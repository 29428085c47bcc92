import { pick, type Random, randomFor, whole } from '../emulator-kit';
import { isoSeconds, type Row, USER_IDS } from './rows';

const NAMES = ['Ada', 'Bea', 'Chen', 'Dmitri', 'Elif', 'Femi', 'Grace', 'Hugo', 'İpek', 'João'];
const FAMILIES = ['Abe', 'Brandt', 'Costa', 'Diallo', 'Ekström', 'Fischer', 'García', 'Haddad'];
const ROLES = ['end-user', 'end-user', 'end-user', 'agent', 'admin'];
const TAGS = ['vip', 'beta', 'enterprise', 'trial'];
const ZONES = ['Berlin', 'Tokyo', 'Pacific Time (US & Canada)', 'UTC'];

const FIRST_ORGANIZATION = 360_000_000;

const created = (random: Random, time: number): string => isoSeconds(time - whole(random, 400 * 86_400));
const tags = (random: Random): string[] => TAGS.filter(() => random() < 0.25);

/** A user as it is now; the time is that of the last change. */
export function user(seed: number, index: number, time: number): Row {
  const random = randomFor(seed, 4, index);
  const [name, family] = [pick(random, NAMES), pick(random, FAMILIES)];
  return {
    id: USER_IDS + index,
    url: `https://example.zendesk.com/api/v2/users/${USER_IDS + index}.json`,
    name: `${name} ${family}`,
    email: `user${index}@example.com`,
    created_at: created(random, time),
    updated_at: isoSeconds(time),
    role: pick(random, ROLES),
    active: random() < 0.95,
    time_zone: pick(random, ZONES),
    organization_id: random() < 0.3 ? null : FIRST_ORGANIZATION + whole(random, 700),
    tags: tags(random),
    user_fields: { plan: pick(random, ['free', 'team', null]), seats: whole(random, 40) },
  };
}

export function organization(seed: number, index: number, time: number): Row {
  const random = randomFor(seed, 5, index);
  return {
    id: FIRST_ORGANIZATION + index,
    url: `https://example.zendesk.com/api/v2/organizations/${FIRST_ORGANIZATION + index}.json`,
    name: `${pick(random, FAMILIES)} ${pick(random, ['GmbH', 'Inc.', 'Ltd', 'S.A.'])} ${index}`,
    created_at: created(random, time),
    updated_at: isoSeconds(time),
    domain_names: [`org${index}.example`],
    group_id: null,
    shared_tickets: random() < 0.5,
    tags: tags(random),
    organization_fields: { tier: pick(random, ['gold', 'silver', null]) },
  };
}
