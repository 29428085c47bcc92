import {
  backfillCommand,
  type CommandOptions,
  cancelCommand,
  pauseCommand,
  resizeCommand,
  resumeCommand,
  runCommand,
} from '../operate';
import type { Action } from './api';

/** How an action would be typed. */
export function commandOf(action: Action, options: CommandOptions): string {
  switch (action.kind) {
    case 'backfill':
      return backfillCommand(action.request, options);
    case 'run':
      return runCommand(action.request, options);
    case 'pause':
      return pauseCommand(action.what, action.reason, options);
    case 'resume':
      return resumeCommand(action.what, options);
    case 'resize':
      return resizeCommand(action.workflowId, action.parallel, options);
    case 'cancel':
      return cancelCommand(action.workflowId, options);
  }
}
