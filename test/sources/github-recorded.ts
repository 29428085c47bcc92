import recorded from '@octokit/fixtures/scenarios/api.github.com/paginate-issues/normalized-fixture.json';
import { type Emulator, type EmulatorRequest, reply, startEmulator } from '../../examples/emulator-kit';

/** Serves the answers that GitHub gave when the pages of a repository's issues were recorded, with its own headers. */
export async function startRecorded(): Promise<Emulator> {
  const here = (text: string, origin: string): string => text.replaceAll('https://api.github.com', origin);
  const answer = ({ origin, query }: EmulatorRequest) => {
    const page = recorded[Number(query.get('page') ?? 1) - 1];
    if (page === undefined) return reply({ status: 404, body: { message: 'Not Found' } });
    const headers = { 'content-type': 'application/json', etag: page.headers.etag };
    const link = 'link' in page.headers ? { link: here(page.headers.link, origin) } : {};
    return reply({
      status: page.status,
      headers: { ...headers, ...link },
      body: JSON.parse(here(JSON.stringify(page.response), origin)),
    });
  };
  return startEmulator({
    routes: {
      'GET /repos/octokit-fixture-org/paginate-issues/issues': answer,
      'GET /repositories/1000/issues': answer,
    },
  });
}
