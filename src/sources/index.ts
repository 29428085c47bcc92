/** What other folders need of the sources beside their public entry points: how an answer of a REST API is read. */
export { countedMore, type MoreToCome, nextNumber, toldMore } from './rest/paging-signs';
