import { sqlite } from './sqlite';

/** What `tidemark conformance --destination` asks for: a fresh place for each check. In memory no folder is needed. */
export default () => sqlite();
