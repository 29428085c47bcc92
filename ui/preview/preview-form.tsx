import type { ComponentChildren } from 'preact';
import type { ApiFailure } from '../lib/api';
import { session } from '../lib/session';
import type { FieldName, Fields } from './fields';

interface FormProps {
  readonly typed: Fields;
  readonly type: (change: Partial<Fields>) => void;
  /** The field that the server can't read. */
  readonly wrong: FieldName | undefined;
}

const EXAMPLES = ['@daily', '0 6 * * MON-FRI', '*/15 * * * *', '@monthly', 'every 6h'];
const ZONES = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

/** When a schedule ticks, from when to when, and what it is compared with. */
export function PreviewForm({ typed, type, wrong }: FormProps) {
  const text = { typed, type, wrong };
  return (
    <form class="card stack" aria-label="Schedule" onSubmit={(event) => event.preventDefault()}>
      <div class="fields">
        <TextField {...text} name="cron" label="Cron or period" placeholder="0 6 * * MON-FRI">
          As in the config: minute, hour, day, month, weekday; or <code>@daily</code>; or{' '}
          <code>every 6h</code>.
        </TextField>
        <TextField {...text} name="timezone" label="Time zone" placeholder="UTC" list="preview-zones">
          UTC where none is given.
        </TextField>
        <TextField {...text} name="startDate" label="Start" placeholder="2024-01-31">
          Where the data begins, in the time zone.
        </TextField>
        <TextField {...text} name="endDate" label="End" placeholder="none">
          No interval starts after it.
        </TextField>
        <PipelineField {...text} />
      </div>
      <datalist id="preview-zones">
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <div class="row">
        <span class="dim" id="preview-examples">
          Examples
        </span>
        {EXAMPLES.map((cron) => (
          <button
            key={cron}
            type="button"
            class="mono"
            aria-describedby="preview-examples"
            onClick={() => type({ cron })}
          >
            {cron}
          </button>
        ))}
      </div>
    </form>
  );
}

interface TextFieldProps extends FormProps {
  readonly name: Exclude<FieldName, 'pipeline'>;
  readonly label: string;
  readonly placeholder: string;
  readonly list?: string;
  /** How it is read. */
  readonly children: ComponentChildren;
}

function TextField({ typed, type, wrong, name, label, placeholder, list, children }: TextFieldProps) {
  const id = `preview-${name}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        class="mono"
        value={typed[name]}
        placeholder={placeholder}
        list={list}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={name === 'cron' ? 500 : 100}
        aria-describedby={`${id}-hint`}
        aria-invalid={wrong === name}
        onInput={(event) => type({ [name]: event.currentTarget.value })}
      />
      <span class="hint" id={`${id}-hint`}>
        {children}
      </span>
    </div>
  );
}

function PipelineField({ typed, type, wrong }: FormProps) {
  const names = session.value?.pipelines ?? [];
  // one of a shared address that this config doesn't have is shown, too: the server says what is wrong with it
  const shown = typed.pipeline === '' || names.includes(typed.pipeline) ? names : [...names, typed.pipeline];
  return (
    <div class="field">
      <label for="preview-pipeline">Compare with</label>
      <select
        id="preview-pipeline"
        name="pipeline"
        value={typed.pipeline}
        aria-describedby="preview-pipeline-hint"
        aria-invalid={wrong === 'pipeline'}
        onChange={(event) => type({ pipeline: event.currentTarget.value })}
      >
        <option value="">nothing</option>
        {shown.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <span class="hint" id="preview-pipeline-hint">
        The schedule that the config has for it.
      </span>
    </div>
  );
}

/** The field that an answer refuses, as far as its code tells. */
export function wrongField(error: ApiFailure | undefined, asked: Fields): FieldName | undefined {
  switch (error?.code) {
    case 'CRON_INVALID':
      return 'cron';
    case 'ZONE_INVALID':
      return 'timezone';
    case 'INTERVAL_INVALID':
      return 'endDate';
    case 'PIPELINE_UNKNOWN':
      return 'pipeline';
    case 'USAGE':
      return asked.pipeline === '' ? undefined : 'pipeline';
    case 'INSTANT_INVALID':
      return error.message.includes(`"${asked.startDate.trim()}"`) ? 'startDate' : 'endDate';
    default:
      return undefined;
  }
}
