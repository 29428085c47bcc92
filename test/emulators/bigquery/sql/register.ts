import { type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import { OF_TWO, TEXT_FUNCTIONS } from './text-functions';

/** Marks what a function refuses, since DuckDB puts words of its own before it. */
export const REFUSED = 'gs:';

/** Gives DuckDB the functions of texts, as `gs_NAME`, and as `gs_try_NAME`, which answer NULL where those fail. */
export function registerFunctions(connection: DuckDBConnection): void {
  for (const [name, work] of Object.entries(TEXT_FUNCTIONS))
    for (const prefix of ['gs_', 'gs_try_'])
      connection.registerScalarFunction(
        DuckDBScalarFunction.create({
          name: `${prefix}${name}`,
          returnType: VARCHAR,
          parameterTypes: OF_TWO.has(name) ? [VARCHAR, VARCHAR] : [VARCHAR],
          mainFunction(info, input, output) {
            const first = input.getColumnVector(0);
            const second = OF_TWO.has(name) ? input.getColumnVector(1) : first;
            try {
              for (let row = 0; row < input.rowCount; row++) {
                const texts = [first.getItem(row), second.getItem(row)];
                output.setItem(row, result(texts));
              }
            } catch (error) {
              info.setError(`${REFUSED}${error instanceof Error ? error.message : String(error)}`);
            }
            output.flush();

            function result([a, b]: readonly unknown[]): string | null {
              if (typeof a !== 'string' || typeof b !== 'string') return null;
              try {
                return work(a, b) ?? null;
              } catch (error) {
                if (prefix === 'gs_try_') return null;
                throw error;
              }
            }
          },
        }),
      );
}
