/**
 * The rules of the protocol that a run can be simulated without. Each is taken out around the shipped code, in the virtual
 * destination or worker: nothing of this is shipped.
 */
export const RULES = {
  lock: 'a commit holds the lock of its dataset',
  'lock-first': 'the lock is taken before anything is read',
  transaction: 'a commit is one transaction',
  claim: 'only who holds the claim of a load key commits it',
  'claim-end': 'a commit ends the claim of its key',
  revoke: 'a run that ends without a load takes its claims back',
  'closed-key': 'a key of a closed run is kept from attempts that claim it late',
  'look-up': 'a load key is looked up before it is loaded',
  generation: 'a load commits in the generation that it began in',
  cursor: 'a load commits at the cursor that it began at',
  'load-id': 'a load id is drawn above every stored one',
  stale: 'old never overwrites new',
  rebase: 'a load is put on the newest schema',
  'held-ends': 'loads that meet at a row are asked which of them has it',
  'known-rows': 'a load that leaves out rows that it knows replaces no slice',
  'earlier-loads': 'an append looks at what was loaded of its range',
  intruder: 'a slice is replaced only if nobody committed into it meanwhile',
  'same-key': 'what is done again after a lost answer has the same load key',
  'memory-version': 'what a worker knows holds while the version is what it knew',
  'memory-late': 'an answer that comes late changes nothing in what was learnt after it',
} as const;

export type Rule = keyof typeof RULES;
