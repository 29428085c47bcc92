/** Runs a script with its arguments and ends the process, which open connections would keep alive. */
export function runMain(main: (args: readonly string[]) => Promise<void>): void {
  main(process.argv.slice(2)).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
