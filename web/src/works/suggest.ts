import type { FormField, FormModel } from './form';

/** What was given last for the texts that the rulebook remembers, by their names. */
export type Given = Readonly<Record<string, string>>;

/** The text with the number at its end made one more, with as many digits: "1-19" to "1-20", "P099" to "P100". Undefined without one. */
export function nextOf(text: string): string | undefined {
  const number = /[0-9]{1,15}$/.exec(text)?.[0];
  if (number === undefined) return undefined;
  return text.slice(0, -number.length) + String(Number(number) + 1).padStart(number.length, '0');
}

/** What a form suggests from what was given last. */
export function suggestions(form: FormModel, given: Given): Given {
  return Object.fromEntries(form.fields.flatMap((f) => {
    const s = suggestion(f, given[f.name]);
    return s === undefined ? [] : [[f.name, s]];
  }));
}

function suggestion(f: FormField, last: string | undefined): string | undefined {
  if (f.remember === undefined || last === undefined) return undefined;
  const s = f.remember === 'next' ? nextOf(last) : last;
  // What the rulebook no longer allows is not suggested.
  if (s === undefined || [...s].length > f.maxLength || (f.choices && !f.choices.some((c) => c.value === s))) return undefined;
  return s;
}

/** Those of the recorded values that are to be remembered. */
export const toRemember = (form: FormModel, data: Readonly<Record<string, unknown>> | undefined): Given =>
  Object.fromEntries(form.fields.flatMap((f) => {
    const v = data?.[f.name];
    return f.remember !== undefined && typeof v === 'string' ? [[f.name, v]] : [];
  }));
