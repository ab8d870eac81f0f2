import { limits } from '../core/limits';
import type { Draft } from '../core/event';
import type { AssetView, Fields, Input, List, Position, Text, Value } from '../core/types';
import { words } from '../words/works';
import { photosOf, type FormField, type FormModel, type LinkAsk } from './form';
import { checkLink, type Link } from './links';
import { readAmount, showAmount, type Entry } from './units';

/** The answer to one field. Of texts, choices, places and numbers what was typed; of lists one text for each value; of entries one for each of theirs. */
export type Answer = string | boolean | readonly string[] | readonly EntryAnswer[] | undefined;
export type EntryAnswer = Readonly<Record<string, string | boolean | undefined>>;

/** What a person has filled in so far, as typed. */
export interface Answers {
  readonly fields: Readonly<Record<string, Answer>>;
  readonly photos: number;
  readonly place?: Position | undefined;
  readonly amount?: string | undefined;
  readonly under?: readonly Link[];
  readonly inputs?: readonly Link[];
  readonly refs?: readonly Link[];
  readonly tag?: string | undefined;
  readonly replaces?: string | undefined;
  readonly corrects?: string | undefined;
  /** The codes of a listed lot, in the order in which they came. */
  readonly codes?: readonly string[];
  /** What the lot commits to, once it is made of them. */
  readonly list?: List | undefined;
}

export const noAnswers: Answers = { fields: {}, photos: 0 };

/** What is wrong, by the pointer of the event's member: "/data/height", "/place". */
export type FieldErrors = Readonly<Record<string, Text>>;

export type Drafted = { readonly draft: Draft } | { readonly errors: FieldErrors };

/** What the event is about: an item, or the code of one that it creates. */
export type Subject = Pick<AssetView, 'id'> | AssetView;

/** Makes the event that the answers say, or tells what is wrong with each answer. */
export function answersToDraft(form: FormModel, answers: Answers, subject: Subject): Drafted {
  const errors: Record<string, Text> = {};
  const data = dataOf(form, answers, errors);
  const amount = amountOf(form, answers, errors);
  const inputs = linksOf(form.inputs, answers.inputs, subject, errors)?.map((l): Input => ({ asset: l.item.id, amount: amountIn(l) }));
  const refs = linksOf(form.refs, answers.refs, subject, errors)?.map((l) => l.item.id);
  const under = linksOf(form.under, answers.under, subject, errors)?.[0]?.item.id;
  const photos = photosOf(form, subject.id);
  if (photos > answers.photos) errors['/evidence'] = words.both('photosNeeded', { n: photos });
  if (answers.photos > limits.evidence) errors['/evidence'] = words.both('photosMost', { n: limits.evidence });
  if (form.place === 'required' && answers.place === undefined) errors['/place'] = words.both('placeNeeded');
  if (form.list && (answers.list === undefined || answers.list.count === 0)) errors['/list'] = words.both('codesNeeded');
  if (form.into) errors['/into'] = words.both('listNeeded');
  if (form.corrects && !answers.corrects) errors['/corrects'] = words.both('correctsNeeded');
  checkTag(form, answers, subject, errors);
  if (Object.keys(errors).length > 0) return { errors };
  return {
    draft: {
      asset: subject.id,
      ...(form.creates && { kind: form.kind }),
      action: form.action,
      rulebook: form.rulebook,
      ...(under !== undefined && { under }),
      ...(form.place !== 'no' && answers.place && { place: answers.place }),
      ...(amount !== undefined && { amount }),
      ...(inputs && inputs.length > 0 && { inputs }),
      ...(refs && refs.length > 0 && { refs }),
      ...(form.list && { list: answers.list! }),
      ...(form.tag && { tag: answers.tag! }),
      ...(form.tag === 'replace' && { replaces: answers.replaces! }),
      ...(form.corrects && { corrects: answers.corrects! }),
      ...(Object.keys(data).length > 0 && { data }),
    },
  };
}

function dataOf(form: FormModel, answers: Answers, errors: Record<string, Text>): Fields {
  const data: Record<string, Value> = {};
  for (const f of form.fields) {
    const answer = readField(f, answers.fields[f.name]);
    if ('error' in answer) errors[`/data/${f.name}`] = answer.error;
    else if (answer.value !== undefined) data[f.name] = answer.value;
  }
  return data;
}

type Answered = { readonly value: Value | undefined } | { readonly error: Text };

/** Reads the answer to one field; no answer to an optional one is no value. */
export function readField(f: FormField, answer: Answer): Answered {
  if (f.type === 'bool') return typeof answer === 'boolean' ? { value: answer } : missing(f);
  if (f.type === 'integers' || f.type === 'strings') return readList(f, Array.isArray(answer) ? (answer as readonly string[]) : []);
  if (f.type === 'entries') return readEntries(f, Array.isArray(answer) ? (answer as readonly EntryAnswer[]) : []);
  const typed = typeof answer === 'string' ? answer.trim() : '';
  if (typed === '') return missing(f);
  if (f.type === 'place') return { value: typed }; // chosen from the places that the ledger has
  return f.type === 'integer' ? readInteger(f, typed) : readText(f, typed, f.maxLength);
}

const missing = (f: FormField): Answered => (f.optional ? { value: undefined } : { error: words.both(f.choices || f.type === 'place' ? 'choose' : 'needed') });

function readList(f: FormField, answer: readonly string[]): Answered {
  const typed = answer.map((a) => a.trim()).filter((a) => a !== '');
  if (typed.length === 0) return missing(f);
  if (typed.length > f.maxLength) return { error: words.both('tooMany', { n: typed.length, most: f.maxLength }) };
  const values: (string | number)[] = [];
  for (const [i, one] of typed.entries()) {
    const read = f.type === 'integers' ? readInteger(f, one) : readText(f, one, 200);
    if ('error' in read) return { error: numbered(i + 1, read.error) };
    values.push(read.value as string | number);
  }
  return { value: values as string[] | number[] };
}

function readEntries(f: FormField, answer: readonly EntryAnswer[]): Answered {
  if (answer.length === 0) return missing(f);
  if (answer.length > f.maxLength) return { error: words.both('tooMany', { n: answer.length, most: f.maxLength }) };
  const entries: Record<string, string | number | boolean>[] = [];
  for (const [i, one] of answer.entries()) {
    const entry: Record<string, string | number | boolean> = {};
    for (const m of f.members ?? []) {
      const read = readField(m, one[m.name]);
      if ('error' in read) return { error: numbered(i + 1, { en: `${m.title.en}: ${read.error.en}`, zh: `${m.title.zh}：${read.error.zh}` }) };
      if (read.value !== undefined) entry[m.name] = read.value as string | number | boolean;
    }
    entries.push(entry);
  }
  return { value: entries };
}

const numbered = (n: number, t: Text): Text => ({ en: `No. ${n}: ${t.en}`, zh: `第 ${n} 个：${t.zh}` });

function readInteger(f: FormField, typed: string): Answered {
  const entry = f.entry!;
  const amount = readAmount(typed, entry);
  if (!amount.ok) return { error: words.both(amount.why, { value: typed, digits: entry.digits }) };
  const bound = bounds(amount.value, f.min, f.max, entry);
  return bound === undefined ? { value: amount.value } : { error: bound };
}

function bounds(value: number, min: number | undefined, max: number | undefined, entry: Entry): Text | undefined {
  const shown = (n: number) => ({ en: { bound: showAmount(n, entry, 'en') }, zh: { bound: showAmount(n, entry, 'zh') } });
  if (min !== undefined && value < min) return words.both('atLeast', shown(min));
  if (max !== undefined && value > max) return words.both('atMost', shown(max));
  return undefined;
}

function readText(f: FormField, typed: string, most: number): Answered {
  if (f.choices) return f.choices.some((c) => c.value === typed) ? { value: typed } : { error: words.both('choose') };
  const n = [...typed].length;
  if (n > most) return { error: words.both('tooLong', { n, most }) };
  // Tabs and new lines are text; every other control character is not.
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(typed) || !isWhole(typed)) return { error: words.both('control') };
  return { value: typed };
}

const isWhole = (s: string): boolean => !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(s);

function amountOf(form: FormModel, answers: Answers, errors: Record<string, Text>): number | undefined {
  if (form.amount === undefined) return undefined;
  const typed = answers.amount?.trim() ?? '';
  if (typed === '') {
    if (form.amount.need === 'required') errors['/amount'] = words.both('amountNeeded');
    return undefined;
  }
  const amount = readAmount(typed, form.amount.entry);
  if (!amount.ok) errors['/amount'] = words.both(amount.why, { value: typed, digits: form.amount.entry.digits });
  else if (amount.value <= 0) errors['/amount'] = words.both('aboveZero');
  else return amount.value;
  return undefined;
}

/** How much of a scanned thing is used: a single thing whole. What was typed for a counted lot is read when it is checked. */
const amountIn = (l: Link): number => {
  const amount = l.ask.counted ? readAmount(l.amount, l.ask.entry) : undefined;
  return amount?.ok ? amount.value : 1;
};

function linksOf(ask: LinkAsk | undefined, links: readonly Link[] = [], subject: Subject, errors: Record<string, Text>): readonly Link[] | undefined {
  if (ask === undefined) return undefined;
  const pointer = `/${ask.what}`;
  const have = links.length;
  if (have < ask.min) errors[pointer] = words.both(ask.what === 'under' ? 'underNeeded' : 'linksLeast', { n: ask.min, have });
  if (have > ask.max) errors[pointer] = words.both('linksMost', { n: ask.max, have });
  for (const [i, link] of links.entries()) {
    const wrong = checkLink(ask, link, subject.id, links.slice(0, i));
    if (wrong !== undefined) errors[`${pointer}/${i}`] = wrong;
  }
  return links;
}

function checkTag(form: FormModel, answers: Answers, subject: Subject, errors: Record<string, Text>): void {
  if (form.tag === undefined) return;
  if (!answers.tag) errors['/tag'] = words.both('tagNeeded');
  else if (answers.tag === subject.id || ('tags' in subject && subject.tags.includes(answers.tag))) errors['/tag'] = words.both('tagSelf');
  if (form.tag === 'replace' && !answers.replaces) errors['/replaces'] = words.both('replacesNeeded');
}
