/**
 * An `onProgress` by which so much time goes by with each page that each has its checkpoint. `jest.restoreAllMocks()`
 * ends it.
 */
export function eachPageDue(): () => void {
  let pages = 0;
  return () => void jest.spyOn(performance, 'now').mockReturnValue(1e12 * ++pages);
}
