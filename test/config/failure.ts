/** What the work throws; nothing of it where it throws nothing. */
export const failure = (work: () => unknown): { code?: string; message?: string } => {
  try {
    work();
  } catch (error) {
    return error as { code?: string; message?: string };
  }
  return {};
};
