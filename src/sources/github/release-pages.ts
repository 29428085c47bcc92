import { type Http, linkHeader } from '../../http';
import { PER_PAGE } from './changed-pages';
import { pathOf } from './repositories';

export interface Release {
  readonly id: number;
  readonly [field: string]: unknown;
}

/** All releases of some repositories, newest first: one that is published meanwhile moves others to the next page, where they are left out. */
export async function* releasePages(
  http: Http,
  repositories: readonly string[],
): AsyncGenerator<readonly Release[], void, void> {
  for (const repository of repositories) {
    const ids = new Set<number>();
    const pages = http.pages<readonly Release[]>(`${pathOf(repository)}/releases`, {
      params: { per_page: PER_PAGE },
      next: linkHeader(),
    });
    for await (const page of pages) {
      const unseen = page.filter(({ id }) => !ids.has(id));
      for (const { id } of unseen) ids.add(id);
      yield unseen.map((release) => ({ ...release, repository_full_name: repository }));
    }
  }
}
