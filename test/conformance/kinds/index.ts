import type { Kind } from '../kind';
import { kind as cron } from './cron';
import { kind as incremental } from './incremental';
import { kind as load } from './load';
import { kind as naming } from './naming';
import { kind as normalize } from './normalize';
import { kind as scheduler } from './scheduler';
import { kind as timetable } from './timetable';

/** Every kind that can be run. A new kind adds its line here; its cases count as failed until then. */
export const KINDS: readonly Kind[] = [cron, timetable, scheduler, incremental, naming, normalize, load];
