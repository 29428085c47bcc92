import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';
import { type Page, parsePage } from './markdown';

/** A page beside its text. Its name is its path from the root: `docs/tutorial.md`. */
export interface NamedPage extends Page {
  readonly name: string;
  readonly text: string;
}

/** The site has packages of its own, and pages that are made. */
const OTHERS = /(^|\/)(node_modules|site)(\/|$)/;

const below = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !OTHERS.test(name))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .sort();

/** README.md and what is in docs. */
export function readPages(): readonly NamedPage[] {
  return ['README.md', ...below('docs')].map((name) => {
    const text = readFileSync(path.join(ROOT, name), 'utf8');
    return { name, text, ...parsePage(text) };
  });
}
