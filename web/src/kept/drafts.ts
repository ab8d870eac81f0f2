import { codesType } from '../core/list';
import { parseJws, readJson } from '../core/jws';
import type { AssetView, Attachment, EventBody, Fields, Text } from '../core/types';
import type { Answers } from '../works/answers';
import type { FormField, FormModel, LinkAsk } from '../works/form';
import type { Link } from '../works/links';
import { entryOf, writeAmount } from '../works/units';
import { kept, plain, write, type DraftRecord } from './db';
import { attachmentsOf, queued } from './queue';

export type { DraftRecord } from './db';

/** What somebody began to fill in; undefined when there is nothing. */
export async function draftAt(at: string): Promise<DraftRecord | undefined> {
  return (await kept()).get('drafts', at);
}

/** Keeps what is filled in, until it is recorded. Throws Refusal device-storage-full. */
export async function keepDraft(at: string, answers: Answers, photos: readonly Attachment[], title?: Text, each?: readonly string[]): Promise<void> {
  await write(['drafts'], (tx) => tx.objectStore('drafts').put({ at, answers, photos: photos.map(plain), changed: Date.now(), ...(title && { title: { en: title.en, zh: title.zh } }), ...(each && { each: [...each] }) }));
}

/** What a draft is about: the code, and the rulebook and kind of a form that begins something. */
export const draftKey = (code: string, action: string, begins?: { readonly book: string; readonly kind: string }): string => [code, begins?.book ?? '', begins?.kind ?? '', action].join('/');

/** What goes with every scan of a series is kept under this name: no code has small letters. */
export const seriesKey = (action: string, of: { readonly book: string; readonly kind: string }): string => draftKey('series', action, of);

/** An invitation that is being filled in. */
export const invitationKey = draftKey('invitation', '');

/** Whether a draft is about something with a code. */
export const aboutItem = (d: DraftRecord): boolean => /^[0-9A-Z]/.test(d.at);

/** Whether a draft is of something to be recorded, and no help in filling in. */
export const isUnfinished = (d: DraftRecord): boolean => !d.at.startsWith('series/') && d.at !== invitationKey;

/** The parts of draftKey. */
export function draftParts(at: string): { code: string; book: string; kind: string; action: string } {
  const [code = '', book = '', kind = '', action = ''] = at.split('/');
  return { code, book, kind, action };
}

/** What was begun and not recorded, the last changed first. */
export const drafts = async (): Promise<DraftRecord[]> => (await (await kept()).getAll('drafts')).sort((a, b) => b.changed - a.changed);

export async function dropDraft(at: string): Promise<void> {
  await write(['drafts'], (tx) => tx.objectStore('drafts').delete(at));
}

/** The event as it was signed; undefined when it is no longer in the queue. */
export async function signedEvent(id: string): Promise<EventBody | undefined> {
  const record = await queued(id);
  const signed = record && parseJws(record.jws);
  return signed && (readJson(signed.payload) as EventBody | undefined);
}

/**
 * What was answered when an event of the queue was signed, to be mended: its answers as they were typed, and its photos.
 * `item` finds what it named. Undefined when it is no longer in the queue.
 */
export async function draftOf(id: string, form: FormModel, item: (code: string) => Promise<AssetView>): Promise<Omit<DraftRecord, 'at'> | undefined> {
  const [record, event] = [await queued(id), await signedEvent(id)];
  if (record === undefined || event === undefined) return undefined;
  const files = await attachmentsOf(record.photos);
  // The codes of a listed lot are answers, though they go as a file.
  const codes = event.list && files.find((f) => f.type === codesType);
  const photos = files.filter((f) => f !== codes);
  const links = async (ask: LinkAsk | undefined, named: readonly { readonly asset: string; readonly amount?: number }[]): Promise<Link[]> =>
    ask === undefined ? [] : (await Promise.all(named.map(async (n) => linkOf(ask, await item(n.asset).catch(() => undefined), n.amount)))).filter((l) => l !== undefined);
  const answers: Answers = {
    fields: typedFields(form.fields, (event.data ?? {}) as Fields),
    photos: photos.length,
    ...(event.place && { place: event.place }),
    ...(form.amount && event.amount !== undefined && { amount: writeAmount(event.amount, form.amount.entry) }),
    under: await links(form.under, event.under === undefined ? [] : [{ asset: event.under }]),
    inputs: await links(form.inputs, event.inputs ?? []),
    refs: await links(form.refs, (event.refs ?? []).map((asset) => ({ asset }))),
    ...(codes && { codes: (await codes.blob.text()).split('\n').filter((c) => c !== '') }),
    tag: event.tag, replaces: event.replaces, corrects: event.corrects,
  };
  return { answers, photos: photos.map(plain), changed: record.at };
}

/** Recorded values as a person would type them. */
export function typedFields(fields: readonly FormField[], data: Fields): Answers['fields'] {
  const typed = (f: FormField, v: unknown): string => (typeof v === 'number' && f.entry ? writeAmount(v, f.entry) : String(v));
  return Object.fromEntries(
    fields.flatMap((f) => {
      const v = data[f.name];
      if (v === undefined) return [];
      return [[f.name, typeof v === 'boolean' ? v : Array.isArray(v) ? v.map((one: unknown) => typed(f, one)) : typed(f, v)]];
    }),
  );
}

function linkOf(ask: LinkAsk, item: AssetView | undefined, amount: number | undefined): Link | undefined {
  if (item === undefined) return undefined;
  const kind = ask.kinds.find((k) => k.kind === item.kind);
  const unit = kind?.unit ?? 'each';
  const counted = ask.what === 'inputs' && (kind?.counted ?? false);
  return { item, ask: { counted, unit, entry: entryOf(unit) }, amount: counted && amount !== undefined ? writeAmount(amount, entryOf(unit)) : '' };
}
