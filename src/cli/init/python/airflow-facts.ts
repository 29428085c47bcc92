import { nodeIn, nodesIn, type PyNode } from './nodes';
import type { Notes } from './notes';
import type { FoundCall, PyFile, PyScope } from './scope';
import { evaluate, keywordsOf, PyCall, PyDuration, PyTime, PyZone, UNKNOWN } from './values';

/** When a DAG runs, as far as it is written. */
export interface DagSchedule {
  /** A cron text as Temporal reads it too, or a preset. */
  readonly cron?: string;
  readonly everySeconds?: number;
  /** Where a timetable has a zone of its own. */
  readonly timezone?: string;
  /** Whether its cron makes data intervals in any version of Airflow; a text of Airflow 3 makes none by default. */
  readonly intervals?: boolean;
}

export interface Dag {
  readonly id: string;
  readonly node: PyNode;
  /** The part of the file that is the DAG's: the `with` block, or the decorated function. */
  readonly body: PyNode;
  readonly schedule: DagSchedule | undefined;
  /** IANA name: that of the timetable, else of the start date, as Airflow has it. */
  readonly timezone: string;
  readonly startDate: PyTime | undefined;
  readonly endDate: PyTime | undefined;
  readonly catchup: boolean | undefined;
  readonly maxActiveRuns: number | undefined;
  readonly retries: number | undefined;
  /** How its resources become tasks, where a PipelineTasksGroup says it. */
  readonly decompose: string | undefined;
  readonly triggerRule: string | undefined;
  /** Names of its tasks, with their lines. */
  readonly tasks: readonly { readonly name: string; readonly node: PyNode }[];
}

const isDag = (name: string): boolean => /(^|\.)(DAG|dag)$/.test(name);
const TAKEN = [
  ...['dag_id', 'schedule', 'schedule_interval', 'timetable', 'start_date', 'end_date', 'catchup'],
  ...['max_active_runs', 'default_args'],
];
/** What says nothing of when or how a load runs. */
const DESCRIBES = ['description', 'tags', 'doc_md', 'dag_display_name', 'owner_links'];
const NOT_SUPPORTED = [
  'params',
  'render_template_as_native_obj',
  'template_searchpath',
  'user_defined_macros',
];

/** The DAGs of a file. */
export function dagsOf(file: PyFile, notes: Notes): readonly Dag[] {
  return file.calls.filter(({ name }) => isDag(name)).map((call) => dagOf(call, file, notes));
}

function dagOf(call: FoundCall, file: PyFile, notes: Notes): Dag {
  const { node, scope } = call;
  const body = bodyOf(node, file);
  notes.take(node);
  notes.leftOver(node, 'the DAG', [...TAKEN, ...DESCRIBES, ...NOT_SUPPORTED]);
  const args = new Map(keywordsOf(node).map(([name, value]) => [name, value]));
  for (const name of NOT_SUPPORTED)
    if (args.has(name))
      notes.add(args.get(name)!.line, `${name} of the DAG isn't taken over: write it into the source`);
  const read = (name: string): unknown => {
    const value = args.get(name);
    return value === undefined ? undefined : evaluate(value, scope);
  };
  const defaults = read('default_args');
  const byDefault = (name: string): unknown =>
    typeof defaults === 'object' && defaults !== null
      ? (defaults as Record<string, unknown>)[name]
      : undefined;
  const line = (name: string): number => (args.get(name) ?? args.get('default_args') ?? node).line;
  defaultNotes(defaults, line('default_args'), notes);
  const time = (name: string): PyTime | undefined => {
    const value = read(name) ?? byDefault(name);
    if (value instanceof PyTime || value === undefined || value === null) return value ?? undefined;
    notes.add(
      line(name),
      `${name} of the DAG is computed when the file runs: write the date into the config`,
    );
    return undefined;
  };
  const startDate = time('start_date');
  const number = (name: string, value: unknown): number | undefined => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    if (value !== undefined && value !== null)
      notes.add(line(name), `${name} of the DAG is computed: write it`);
    return undefined;
  };
  const id = read('dag_id') ?? evaluate(nodesIn(node['args'])[0], scope);
  const schedule = scheduleOf({ call, args, notes });
  const catchup = read('catchup');
  if (catchup === undefined)
    notes.add(
      node.line,
      "catchup isn't given: Airflow 2 catches up unless its config says otherwise, Airflow 3 doesn't; here it doesn't",
    );
  const group = groupOf(body, file, notes);
  return {
    id: typeof id === 'string' ? id : functionName(body),
    node,
    body,
    schedule,
    timezone: schedule?.timezone ?? startDate?.zone ?? 'UTC',
    startDate,
    endDate: time('end_date'),
    catchup: typeof catchup === 'boolean' ? catchup : undefined,
    maxActiveRuns: number('max_active_runs', read('max_active_runs')),
    retries: group.retries ?? number('retries', byDefault('retries')),
    decompose: group.decompose,
    triggerRule: group.triggerRule,
    tasks: tasksOf(body, file),
  };
}

const functionName = (body: PyNode): string => (typeof body['name'] === 'string' ? body['name'] : 'dag');

/** The `with` block or decorated function that a call belongs to; else the module. */
function bodyOf(call: PyNode, file: PyFile): PyNode {
  const decorated = file.functions.find(({ node }) => nodesIn(node['decorator_list']).includes(call));
  if (decorated !== undefined) return decorated.node;
  const blocks: PyNode[] = [];
  const visit = (node: PyNode): void => {
    if (node.type === 'With' && nodesIn(node['items']).some((item) => nodeIn(item['context_expr']) === call))
      blocks.push(node);
    for (const value of Object.values(node)) for (const child of nodesIn(value)) visit(child);
  };
  visit(file.tree);
  return blocks[0] ?? file.tree;
}

export const isIn = (node: Pick<PyNode, 'line' | 'end'>, body: PyNode): boolean =>
  body.type === 'Module' || (node.line >= body.line && node.end <= body.end);

function defaultNotes(defaults: unknown, line: number, notes: Notes): void {
  if (defaults === undefined) return;
  if (typeof defaults !== 'object' || defaults === null) {
    notes.add(line, 'default_args are computed: write retries and dates into the config');
    return;
  }
  const quiet = ['retries', 'start_date', 'end_date', 'owner', 'email', 'email_on_failure', 'email_on_retry'];
  for (const name of Object.keys(defaults))
    if (!quiet.includes(name)) notes.add(line, `${name} of default_args isn't taken over`);
  if (Object.keys(defaults).some((name) => name.startsWith('email')))
    notes.add(line, "mails of default_args aren't taken over: write hooks: { onFailure }");
}

interface ScheduleOptions {
  readonly call: FoundCall;
  readonly args: ReadonlyMap<string, PyNode>;
  readonly notes: Notes;
}

function scheduleOf({ call, args, notes }: ScheduleOptions): DagSchedule | undefined {
  const given = args.get('schedule') ?? args.get('schedule_interval') ?? args.get('timetable');
  if (given === undefined) {
    notes.add(
      call.node.line,
      'the DAG has no schedule: Airflow 2 runs it every day, Airflow 3 by hand only; here it has none',
    );
    return undefined;
  }
  const value = evaluate(given, call.scope);
  const none = (why: string): undefined => {
    notes.add(given.line, `the schedule isn't taken over: ${why}`);
    return undefined;
  };
  if (value === null) return undefined;
  if (value instanceof PyDuration) return { everySeconds: value.seconds, intervals: true };
  if (typeof value === 'string') return cronOf(value, none);
  if (value instanceof PyCall) return timetableOf(value, call.scope, none);
  if (Array.isArray(value)) return none('it waits for assets; let what makes them start the run');
  return none('it is computed when the file runs');
}

function cronOf(text: string, none: (why: string) => undefined): DagSchedule | undefined {
  const trimmed = text.trim();
  switch (trimmed) {
    case '@once':
      return none('"@once" is a run by hand: npx tidemark run');
    case '@continuous':
      return none('"@continuous" has no counterpart; write how often it is to run');
    case '@quarterly':
      return { cron: '0 0 1 */3 *' };
    default:
      if (trimmed.startsWith('@')) return { cron: trimmed };
      if (trimmed.split(/\s+/).length !== 5)
        return none(`"${trimmed}" has not five fields: Airflow reads a sixth as seconds, Temporal as a year`);
      return { cron: trimmed };
  }
}

function timetableOf(
  value: PyCall,
  scope: PyScope,
  none: (why: string) => undefined,
): DagSchedule | undefined {
  const kind = value.name.split('.').at(-1) ?? '';
  const [first] = nodesIn(value.node['args']);
  const named = keywordsOf(value.node).find(([name]) => ['cron', 'delta', 'expression'].includes(name))?.[1];
  const told = evaluate(first ?? named, scope);
  const zone = keywordsOf(value.node).find(([name]) => name === 'timezone')?.[1];
  const read = zone === undefined ? undefined : evaluate(zone, scope);
  const timezone = read instanceof PyZone ? read.name : read;
  const placed = (schedule: DagSchedule | undefined): DagSchedule | undefined =>
    schedule && typeof timezone === 'string' ? { ...schedule, timezone } : schedule;
  if (kind === 'CronDataIntervalTimetable' && typeof told === 'string') {
    const cron = placed(cronOf(told, none));
    return cron && { ...cron, intervals: true };
  }
  if (kind === 'CronTriggerTimetable' && typeof told === 'string') return placed(cronOf(told, none));
  if (/^Delta(DataInterval|Trigger)Timetable$/.test(kind) && told instanceof PyDuration)
    return { everySeconds: told.seconds, intervals: kind === 'DeltaDataIntervalTimetable' };
  return none(`"${kind}" has no counterpart; write a cron`);
}

interface Group {
  readonly decompose: string | undefined;
  readonly triggerRule: string | undefined;
  readonly retries: number | undefined;
}

/** What the `PipelineTasksGroup` of a DAG says of how a pipeline runs. */
function groupOf(body: PyNode, file: PyFile, notes: Notes): Group {
  let found: Group = { decompose: undefined, triggerRule: undefined, retries: undefined };
  for (const { name, node, scope } of file.calls) {
    if (!isIn(node, body)) continue;
    if (/(^|\.)PipelineTasksGroup$/.test(name)) {
      notes.take(node);
      notes.leftOver(node, 'PipelineTasksGroup', [
        'pipeline_name',
        'use_data_folder',
        'wipe_local_data',
        'local_data_folder',
      ]);
    }
    if (!/\.(add_run|run)$/.test(name) || keywordsOf(node).every(([key]) => !RUN.includes(key))) continue;
    const read = new Map(keywordsOf(node).map(([key, value]) => [key, evaluate(value, scope)]));
    const [decompose, rule, retries] = [read.get('decompose'), read.get('trigger_rule'), read.get('retries')];
    notes.take(node);
    notes.leftOver(node, name, [
      ...RUN,
      'pipeline',
      'data',
      'provide_context',
      'write_disposition',
      'table_name',
      'primary_key',
    ]);
    found = {
      decompose: DECOMPOSE.includes(String(decompose)) ? String(decompose) : undefined,
      triggerRule: RULES.includes(String(rule)) ? String(rule) : undefined,
      retries: typeof retries === 'number' ? retries : undefined,
    };
    if (rule !== undefined && found.triggerRule === undefined)
      notes.add(node.line, `trigger_rule of ${name} isn't taken over: ${RULES.join(', ')} are accepted`);
  }
  return found;
}

const RUN = ['decompose', 'trigger_rule', 'retries'];
const DECOMPOSE = ['none', 'serialize', 'parallel', 'parallel-isolated'];
const RULES = ['all_success', 'all_done', 'one_success', 'none_failed'];

function tasksOf(body: PyNode, file: PyFile): Dag['tasks'] {
  const called = file.calls.flatMap(({ node, scope }) => {
    const id = keywordsOf(node).find(([name]) => name === 'task_id')?.[1];
    const name = id === undefined || !isIn(node, body) ? UNKNOWN : evaluate(id, scope);
    return typeof name === 'string' ? [{ name, node }] : [];
  });
  const decorated = file.functions.flatMap(({ name, node, scope }) => {
    const isTask = nodesIn(node['decorator_list']).some((decorator) => {
      const called = decorator.type === 'Call' ? nodeIn(decorator['func']) : decorator;
      return /(^|\.)task(\.\w+)?$/.test(scope.nameOf(called) ?? '');
    });
    return isTask && isIn(node, body) ? [{ name, node }] : [];
  });
  return [...called, ...decorated];
}
