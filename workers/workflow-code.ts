import { existsSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';

const ROOT = path.dirname(__dirname);
/** Written beside the compiled workflows by the build; in a checkout there is none. */
const BUNDLE_FILE = path.join(ROOT, 'workflows', 'bundle.js');

/** The workflows' entry file: TypeScript in a checkout, JavaScript in dist. */
export function workflowsPath(): string {
  const source = path.join(ROOT, 'workflows', 'index.ts');
  return existsSync(source) ? source : path.join(ROOT, 'workflows', 'index.js');
}

const nothing = (): void => undefined;
const SILENT = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Bundles the workflows; the answer is the code. Fails if they import what is not deterministic. */
export async function bundleWorkflows(): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath: workflowsPath(), logger: SILENT });
  return code;
}

let bundled: Promise<string> | undefined;

/** What a worker runs: the prebuilt bundle if there is one, else the sources, bundled once a process in a few seconds. */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  if (existsSync(BUNDLE_FILE)) return { codePath: BUNDLE_FILE };
  bundled ??= bundleWorkflows();
  return { code: await bundled };
}
