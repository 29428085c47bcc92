/** What the system refuses, and what to do about it. */
const CURES: readonly (readonly [found: RegExp, cure: string])[] = [
  [/\bENOSPC\b|no space left on device/i, 'The disk is full: free some space there, and run it again.'],
  [
    /\bEDQUOT\b|disk quota exceeded/i,
    "This user's share of the disk is used up: free some space, and run it again.",
  ],
  [
    /\b(EACCES|EPERM)\b|permission denied|operation not permitted/i,
    'This user may not do that: give it the right to the file and its folder, or give another path.',
  ],
  [/\bEROFS\b|read-only file system/i, 'What is there can only be read: give a path that can be written to.'],
  [/\bEMFILE\b|too many open files/i, 'This process may open no more files: raise the limit (ulimit -n).'],
  [
    /\bENOMEM\b|cannot allocate memory/i,
    'There is no memory left: end other programs, or give this one more.',
  ],
  [
    /\bheap out of memory\b|\bERR_WORKER_OUT_OF_MEMORY\b/i,
    'Node has no memory left: give it more, NODE_OPTIONS=--max-old-space-size=4096.',
  ],
];

/** The cure of what the system refused, if an error or what it was caused by says that it did. */
export function cureOf(texts: readonly string[]): string | undefined {
  return CURES.find(([found]) => texts.some((text) => found.test(text)))?.[1];
}
