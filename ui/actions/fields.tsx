import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { PipelineOverview } from '../../src/ui/api';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: ComponentChildren;
  readonly placeholder?: string;
  /** Where a number is typed, a phone shows digits. */
  readonly numeric?: boolean;
  readonly wrong?: boolean;
  /** It has the focus when the dialog opens. */
  readonly first?: boolean;
}

export function TextField(props: TextFieldProps) {
  const { label, value, onValue, hint, placeholder, numeric = false, wrong = false, first = false } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode={numeric ? 'numeric' : 'text'}
        value={value}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        autofocus={first}
        aria-invalid={wrong}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
      {hint === undefined ? null : (
        <span id={`${id}-hint`} class="hint">
          {hint}
        </span>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly onValue: (value: T) => void;
  readonly first?: boolean;
}

/** One of a few. */
export function Choice<T extends string>({ label, value, options, onValue, first = false }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset>
      <legend>{label}</legend>
      <div class="choices">
        {options.map((option) => (
          <label key={option.value} class="choice">
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              autofocus={first && option.value === value}
              onChange={() => onValue(option.value)}
            />
            {option.text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface ResourceChoiceProps {
  readonly resources: PipelineOverview['resources'];
  /** None: all. */
  readonly chosen: readonly string[];
  readonly onChosen: (names: readonly string[]) => void;
}

/** Which resources; none that is ticked means all. */
export function ResourceChoice({ resources, chosen, onChosen }: ResourceChoiceProps) {
  if (resources.length < 2) return null;
  const toggle = (name: string) =>
    onChosen(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]);
  return (
    <fieldset>
      <legend>Resources</legend>
      <p class="dim hint">{chosen.length === 0 ? 'All of them.' : 'Only those that are ticked.'}</p>
      <div class="choices">
        {resources.map(({ resource }) => (
          <label key={resource} class="choice">
            <input type="checkbox" checked={chosen.includes(resource)} onChange={() => toggle(resource)} />
            <span class="name">{resource}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What is wrong with the fields, said at once. */
export function Problems({ problems }: { readonly problems: readonly string[] }) {
  return (
    <div role="status" class="problems">
      {problems.map((problem) => (
        <p key={problem} class="problem">
          {problem}
        </p>
      ))}
    </div>
  );
}
