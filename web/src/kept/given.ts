import type { Fields } from '../core/types';
import type { FormModel } from '../works/form';
import { suggestions, toRemember, type Given } from '../works/suggest';
import { getMeta, write } from './db';

/** How many actions are remembered. */
const most = 64;

/** An action, without the rulebook's version: it is the same work under the next one. */
const at = (form: FormModel): string => `${form.book}/${form.kind}/${form.action}`;

/** What a form suggests from what this device recorded last. Nothing, where that cannot be read: it is a convenience. */
export async function suggested(form: FormModel): Promise<Given> {
  if (!form.fields.some((f) => f.remember !== undefined)) return {};
  const given = await getMeta('given').catch(() => undefined);
  return suggestions(form, given?.[at(form)] ?? {});
}

/** Remembers what the rulebook says is given again. What is recorded without it stays recorded, so this never fails. */
export async function noteGiven(form: FormModel, data: Fields | undefined): Promise<void> {
  const now = toRemember(form, data);
  if (Object.keys(now).length === 0) return;
  await write(['meta'], async (tx) => {
    const store = tx.objectStore('meta');
    const { [at(form)]: before, ...others } = ((await store.get('given')) ?? {}) as Record<string, Given>;
    const rest = Object.entries(others).slice(-(most - 1));
    await store.put(Object.fromEntries([...rest, [at(form), { ...before, ...now }]]), 'given');
  }).catch(() => undefined);
}
