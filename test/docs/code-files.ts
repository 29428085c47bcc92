import path from 'node:path';
import { ROOT } from '../root';
import type { Block } from './markdown';

const KIT = path.join(ROOT, 'dist', 'examples', 'emulator-kit');

/** A file to compile. */
export interface CodeFile {
  /** Path in the project: a folder for each page. */
  readonly name: string;
  readonly text: string;
  readonly page: string;
  /** Of the block's first line on its page. */
  readonly line: number;
  /** Lines of context before the block. */
  readonly before: number;
}

/** What an excerpt may name without an import: it goes on from what its page, or README.md, said before. */
export const TAKEN_AS_GIVEN = `declare const p: import('tidemark').Pipeline;
declare const zendesk: typeof import('tidemark/sources/zendesk').zendesk;
declare const chess: typeof import('tidemark/sources/chess').chess;
declare const facebook: typeof import('tidemark/sources/facebook').facebook;
declare const startEmulator: typeof import('${KIT}').startEmulator;
declare const bearerAuth: typeof import('${KIT}').bearerAuth;
declare const reply: typeof import('${KIT}').reply;
`;

/** The line of a context that stands for the block. */
const PLACE = '…';

/**
 * The files that the `ts` blocks of a page make. A block whose first line is a comment `// NAME.ts` is that file, so that
 * other blocks of the page can import it. A hidden `file NAME` before a block is one more. A hidden `context` is compiled
 * with its block: before it, or around it where a line of the context is `…`.
 */
export function filesOfPage(page: { readonly name: string; readonly blocks: readonly Block[] }): CodeFile[] {
  const folder = page.name.replace(/\.md$/, '').replaceAll(/[^\w]/g, '-');
  const named = new Set<string>();
  return page.blocks
    .filter(({ language }) => ['ts', 'typescript', 'tsx'].includes(language))
    .flatMap((block, index) => {
      const { text, line, hidden } = block;
      const [, own] = /^\/\/ ([\w./-]+\.ts)\b/.exec(text) ?? [];
      const context = hidden.find(({ kind }) => kind === 'context')?.text ?? '';
      const lines = context === '' ? [] : context.trimEnd().split('\n');
      const at = lines.indexOf(PLACE);
      const before = at < 0 ? lines : lines.slice(0, at);
      const after = at < 0 ? [] : lines.slice(at + 1);
      const all = [...before, text.trimEnd(), ...after].join('\n');
      const name = own === undefined || named.has(own) ? `block-${index + 1}.ts` : own;
      named.add(name);
      // without it, names of two blocks would meet
      const body = /^(import|export)\b/m.test(all) ? all : `${all}\nexport {};`;
      const file = {
        name: `${folder}/${name}`,
        text: `${body}\n`,
        page: page.name,
        line,
        before: before.length,
      };
      const others = hidden.flatMap(({ kind, text: extra }): CodeFile[] => {
        const [, other] = /^file (\S+)$/.exec(kind) ?? [];
        return other === undefined ? [] : [{ ...file, name: `${folder}/${other}`, text: extra, before: 0 }];
      });
      return [...others, file];
    });
}
