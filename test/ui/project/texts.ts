/**
 * Texts as a source may have them. Each is shown as it is, or the page is wrong: markup that would run a script says `ran` to the
 * console and sets `window.ran`.
 */
export const TEXTS = {
  image: '<img src=x onerror="window.ran=\'image\'">',
  script: '</script><script>window.ran="script"</script>',
  style: '</style><style>body{display:none}</style>',
  link: '<a href="javascript:window.ran=\'link\'">free</a>',
  quotes: `"'\`&amp;&lt;b&gt;\${window.ran='quotes'}{{window.ran='braces'}}`,
  rightToLeft: '\u202Eשלום עולם مرحبا\u202C',
  emoji: '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 e\u0301',
  control: 'a\u0000b\u001B[31mc\u2028d',
  long: `${'long '.repeat(400)}end`,
  unbroken: 'x'.repeat(3_000),
} as const;

/** Those that a browser would make something of, in one text. */
export const MARKUP = `${TEXTS.image} ${TEXTS.script} ${TEXTS.quotes}`;
