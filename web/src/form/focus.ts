import { tick } from 'svelte';

/** Brings what the rules say to the person: below a long form it would not be seen. */
export async function showVerdict(): Promise<void> {
  await tick();
  document.getElementById('verdict')?.scrollIntoView({ block: 'center' });
}

/** Brings the first answer that needs a look to the person: "/data/height" is the control "f-data-height". */
export async function focusFirst(pointers: readonly string[]): Promise<void> {
  await tick();
  const ids = new Set(pointers.map((p) => `f${p.replaceAll('/', '-')}`));
  const controls = [...ids].flatMap((id) => document.getElementById(id) ?? document.getElementById(id.replace(/-\d+$/, '')) ?? []);
  const first = controls.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))[0];
  first?.focus();
  first?.scrollIntoView({ block: 'center' });
}
