/* What is used of WebAssembly: Node has it, but its types come with those of browsers alone. */

export interface Memory {
  readonly buffer: ArrayBuffer;
}

export type Imports = Readonly<Record<string, (...args: never[]) => unknown>>;

export interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WebAssembly {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Readonly<Record<string, Imports>>) => Instance;
}

export const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssembly })
  .WebAssembly;
