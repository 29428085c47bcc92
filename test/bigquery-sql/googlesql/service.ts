import { readFileSync } from 'node:fs';
import { systemCalls } from './wasi';
import { Instance, type Memory, Module } from './web-assembly';
import type { Bytes } from './wire';

/** What GoogleSQL's local service answers: each of its calls takes a message and gives one. */
export interface LocalService {
  /** @throws Refusal what the service says against it */
  call(name: string, request: Bytes): Bytes;
}

/** What the service says against a request. */
export class Refusal extends Error {}

interface Exports {
  readonly memory: Memory;
  readonly _initialize: () => void;
  readonly wasm_malloc: (size: number) => number;
  readonly wasm_free: (address: number) => void;
  readonly wasm_get_last_error: () => number;
  readonly wasm_get_last_error_size: () => number;
}

type Call = (request: number, size: number, sizeOfAnswer: number) => number;

const SIZE_BYTES = 4;

/** Starts GoogleSQL within this process. @param file its WebAssembly */
export function startService(file: string): LocalService {
  const module = new Module(Uint8Array.from(readFileSync(file)));
  const instance: Instance = new Instance(module, {
    wasi_snapshot_preview1: systemCalls(() => exportsOf(instance).memory),
  });
  const exports = exportsOf(instance);
  exports._initialize();
  return { call: (name, request) => call(instance, name, request) };
}

const exportsOf = (instance: Instance): Exports => instance.exports as unknown as Exports;

function call(instance: Instance, name: string, request: Bytes): Bytes {
  const { memory, wasm_malloc, wasm_free } = exportsOf(instance);
  const method = instance.exports[`ZetaSqlLocalService_${name}`] as Call | undefined;
  if (method === undefined) throw new RangeError(`GoogleSQL's local service has no call "${name}".`);
  const content = wasm_malloc(Math.max(1, request.length));
  const size = wasm_malloc(SIZE_BYTES);
  try {
    new Uint8Array(memory.buffer).set(request, content);
    const answer = method(content, request.length, size);
    if (answer === 0) throw new Refusal(lastError(instance));
    const length = new DataView(memory.buffer).getUint32(size, true);
    const bytes = new Uint8Array(memory.buffer.slice(answer, answer + length));
    wasm_free(answer);
    return bytes;
  } finally {
    wasm_free(content);
    wasm_free(size);
  }
}

function lastError(instance: Instance): string {
  const { memory, wasm_get_last_error, wasm_get_last_error_size } = exportsOf(instance);
  const said = Buffer.from(memory.buffer, wasm_get_last_error(), wasm_get_last_error_size()).toString();
  return said.replace(/^Code: \d+, Message: /, '');
}
