import { useEffect, useState } from 'preact/hooks';

/** A selection grows with each key: so long it must rest before it is said. */
const REST_MS = 300;

/** Says a text to a screen reader when it has changed, and shows nothing. */
export function Announcer({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}
