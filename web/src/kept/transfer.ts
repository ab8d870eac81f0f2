import { sha256 } from '../core/hash';
import { parseJws, readJson, type Signed } from '../core/jws';
import { refuse, type Refusal } from '../core/refusal';
import type { Attachment, EventBody, Text } from '../core/types';
import { isEventId } from '../core/uuidv7';
import type { Answers } from '../works/answers';
import { unzip, zip, type ZipEntry } from '../core/zip';
import { announce } from './changes';
import { kept, write, type DraftRecord } from './db';
import { currentDevice } from './device';
import { drafts } from './drafts';
import { knownLedger } from './ledger';
import { enqueue, stores, type Entry } from './line';
import { queue } from './queue';
import { touchesOf } from './touches';

/** The first line of queue.jsonl. */
const mark = { rootline: 'queue', version: 1 } as const;
const listName = 'queue.jsonl';
/** What was begun and not recorded; readers of before it was written leave it out. */
const draftsName = 'drafts.jsonl';
const draftFile = (hash: string): string => `drafts/${hash}`;
const photoName = (hash: string): string => `photos/${hash}.jpg`;
const fileName = (hash: string): string => `files/${hash}`;
/** A queue of 10,000 events is about 20 MiB. */
const longestList = 128 << 20;

/** A line of queue.jsonl. */
interface Line {
  readonly jws: string;
  readonly at: number;
  readonly title: Text;
  readonly photos: readonly string[];
}

/**
 * A zip file that any device of any person can import: queue.jsonl with the signed events, one a line, photos/ with the
 * photos and files/ with other files; drafts.jsonl with what was begun and not signed, drafts/ with its files. There is no key in
 * it; each event carries its own signature.
 */
export async function exportQueue(): Promise<Blob> {
  return zip(exported());
}

/**
 * The photos come first and the list last, of those events whose photos were all still here: what is committed meanwhile
 * leaves the queue with its photos, and what lost one cannot be sent from anywhere.
 */
async function* exported(): AsyncGenerator<ZipEntry> {
  const lines = [JSON.stringify({ ...mark, exported: new Date().toISOString() })];
  const taken = new Set<string>();
  const db = await kept();
  for (let page = await queue(); page.length > 0; page = await queue({ after: page.at(-1)!.order })) {
    for (const { jws, at, title, photos } of page) {
      for (const hash of photos) {
        const photo = taken.has(hash) ? undefined : await db.get('photos', hash);
        if (photo === undefined) continue;
        taken.add(hash);
        yield { name: (photo.type === 'image/jpeg' ? photoName : fileName)(hash), blob: photo.blob };
      }
      if (photos.every((hash) => taken.has(hash))) lines.push(JSON.stringify({ jws, at, title, photos } satisfies Line));
    }
  }
  yield* exportedDrafts();
  yield { name: listName, blob: new Blob(lines.map((l) => `${l}\n`), { type: 'application/jsonl' }) };
}

/** A line of drafts.jsonl. */
type DraftLine = Omit<DraftRecord, 'photos'> & { readonly photos: readonly Omit<Attachment, 'blob'>[] };

async function* exportedDrafts(): AsyncGenerator<ZipEntry> {
  const lines: string[] = [];
  const taken = new Set<string>();
  for (const draft of await drafts()) {
    for (const { sha256: hash, blob } of draft.photos) {
      if (taken.has(hash)) continue;
      taken.add(hash);
      yield { name: draftFile(hash), blob };
    }
    const photos = draft.photos.map(({ blob: _bytes, ...photo }) => photo);
    lines.push(JSON.stringify({ ...draft, photos } satisfies DraftLine));
  }
  if (lines.length > 0) yield { name: draftsName, blob: new Blob(lines.map((l) => `${l}\n`), { type: 'application/jsonl' }) };
}

const damaged = (en: string, zh: string): Refusal => refuse('not-an-export', { reason: { en, zh } });

/**
 * Takes the events of an exported queue, of any person: the signature is the authority, and the ledger checks it. Known are
 * those that this device has or sent before, foreign those of another ledger, which are left out. The file is read whole
 * before anything is taken. Throws Refusal not-an-export and device-storage-full; events taken until then stay, and the same file
 * can be imported again. Events stay signed by the device that signed them; drafts are this device's from then on, and one that it
 * has itself stays as it is.
 */
export async function importQueue(file: Blob): Promise<{ added: number; known: number; foreign: number; drafts: number }> {
  const entries = await unzip(file);
  const list = entries?.get(listName);
  if (entries === undefined || list === undefined) throw damaged('it is no zip file with queue.jsonl', '不是含 queue.jsonl 的 zip 文件');
  const lines = await readList(list);
  for (const { line, n } of lines) {
    for (const hash of line.photos) {
      if (!entries.has(photoName(hash)) && !entries.has(fileName(hash))) throw damaged(`line ${n} names a file that is not in it`, `第 ${n} 行所引用的文件缺失`);
    }
  }
  const begun = await readDrafts(entries);
  const net = (await knownLedger())?.net ?? (await currentDevice())?.net;
  const count = { added: 0, known: 0, foreign: 0, drafts: 0 };
  for (const { line, signed, event, n } of lines) {
    if (net !== undefined && signed.header.net !== net) count.foreign += 1;
    else count[await take(line, signed, event, entries, n)] += 1;
  }
  for (const draft of begun) if (await takeDraft(draft)) count.drafts += 1;
  if (count.added + count.drafts > 0) announce('queue');
  return count;
}

/** Reads the drafts with their files, all of them before any is taken. */
async function readDrafts(entries: ReadonlyMap<string, Blob>): Promise<DraftRecord[]> {
  const list = entries.get(draftsName);
  if (list === undefined) return [];
  if (list.size > longestList) throw damaged('it is too long', '过长');
  const lines = (await list.text()).split('\n').filter((l) => l !== '');
  return Promise.all(lines.map(async (text, i) => {
    const line = readLine(text) as unknown as DraftLine | undefined;
    if (line === undefined || !isDraft(line)) throw damaged(`line ${i + 1} of the drafts is none`, `草稿第 ${i + 1} 行有误`);
    const photos = await Promise.all(line.photos.map(async ({ sha256: hash, type, name }) => {
      const bytes = await entries.get(draftFile(hash))?.arrayBuffer();
      const blob = bytes && new Blob([bytes], { type });
      if (blob === undefined || (await sha256(blob)) !== hash) throw damaged(`a file of line ${i + 1} of the drafts is missing, or another`, `草稿第 ${i + 1} 行的文件缺失或不符`);
      return { sha256: hash, type, size: blob.size, blob, ...(name !== undefined && { name }) };
    }));
    return { at: line.at, answers: line.answers, photos, changed: line.changed, ...(line.title && { title: { en: line.title.en, zh: line.title.zh } }) };
  }));
}

const isText = (v: unknown): v is string => typeof v === 'string';
const isTexts = (v: unknown): boolean => Array.isArray(v) && v.every(isText);
const isLinks = (v: unknown): boolean =>
  v === undefined || (Array.isArray(v) && v.every((l: { item?: { id?: unknown; kind?: unknown; state?: unknown }; ask?: { entry?: unknown } | null; amount?: unknown } | null) => isText(l?.item?.id) && isText(l.item.kind) && isText(l.item.state) && typeof l.ask?.entry === 'object' && isText(l.amount)));

function isDraft(d: DraftLine): boolean {
  const a = d.answers as Answers | undefined | null;
  if (!isText(d.at) || d.at.split('/').length !== 4 || typeof d.changed !== 'number' || (d.title !== undefined && !(isText(d.title.en) && isText(d.title.zh)))) return false;
  if (typeof a !== 'object' || a === null || typeof a.fields !== 'object' || a.fields === null) return false;
  if (!Object.values(a.fields).every((v) => v === undefined || isText(v) || typeof v === 'boolean' || isTexts(v))) return false;
  if (![a.amount, a.tag, a.replaces, a.corrects].every((v) => v === undefined || isText(v)) || ![a.under, a.inputs, a.refs].every(isLinks)) return false;
  if (a.codes !== undefined && !isTexts(a.codes)) return false;
  return Array.isArray(d.photos) && d.photos.every((p) => /^[0-9a-f]{64}$/.test(p.sha256) && isText(p.type) && (p.name === undefined || isText(p.name)));
}

/** What this device began itself on the same form stays. */
const takeDraft = (draft: DraftRecord): Promise<boolean> =>
  write(['drafts'], async (tx) => {
    const store = tx.objectStore('drafts');
    if ((await store.getKey(draft.at)) !== undefined) return false;
    await store.put(draft);
    return true;
  });

interface ReadLine {
  readonly n: number;
  readonly line: Line;
  readonly signed: Signed;
  readonly event: EventBody;
}

async function readList(list: Blob): Promise<ReadLine[]> {
  if (list.size > longestList) throw damaged('it is too long', '过长');
  const [first, ...rest] = (await list.text()).split('\n').filter((l) => l !== '');
  const head = readLine(first ?? '');
  if (head?.rootline !== mark.rootline || head.version !== mark.version) throw damaged('its first line is another', '首行不符');
  return rest.map((text, i) => {
    const line = readLine(text) as Line | undefined;
    const signed = typeof line?.jws === 'string' ? parseJws(line.jws) : undefined;
    const event = signed?.header.typ === 'rootline-event' ? (readJson(signed.payload) as EventBody | undefined) : undefined;
    if (line === undefined || signed === undefined || event === undefined || !isShaped(line, event)) throw damaged(`line ${i + 2} is no signed event`, `第 ${i + 2} 行不是已签名的事件`);
    return { n: i + 2, line, signed, event };
  });
}

const readLine = (text: string): Record<string, unknown> | undefined => readJson(new TextEncoder().encode(text));

function isShaped(line: Line, event: EventBody): boolean {
  const named = new Set(event.evidence?.map((e) => e.sha256));
  return (
    isEventId(event.id) && typeof event.action === 'string' && typeof event.rulebook === 'string' &&
    typeof line.at === 'number' && typeof line.title?.en === 'string' && typeof line.title.zh === 'string' &&
    Array.isArray(line.photos) && line.photos.every((p) => typeof p === 'string' && named.has(p))
  );
}

async function take(line: Line, signed: Signed, event: EventBody, entries: ReadonlyMap<string, Blob>, n: number): Promise<'added' | 'known'> {
  const db = await kept();
  if ((await db.getKey('queue', event.id)) !== undefined || (await db.getKey('done', event.id)) !== undefined) return 'known';
  const photos: Attachment[] = [];
  for (const hash of line.photos) {
    // Read once: what is hashed is what is kept.
    const type = event.evidence!.find((e) => e.sha256 === hash)!.type;
    const blob = new Blob([await (entries.get(photoName(hash)) ?? entries.get(fileName(hash)))!.arrayBuffer()], { type });
    if ((await sha256(blob)) !== hash) throw damaged(`a file of line ${n} is not the one that was signed`, `第 ${n} 行的文件与签名不符`);
    photos.push({ sha256: hash, type, size: blob.size, blob });
  }
  const entry: Entry = {
    id: event.id, asset: event.asset ?? '', action: event.action, title: { en: line.title.en, zh: line.title.zh }, rulebook: event.rulebook,
    jws: line.jws, at: line.at, photos: line.photos, device: signed.header.kid, net: signed.header.net, ...touchesOf(event),
    ...(event.kind !== undefined && { kind: event.kind }),
  };
  return write(stores, async (tx) => {
    if ((await tx.objectStore('queue').getKey(event.id)) !== undefined) return 'known';
    for (const photo of photos) {
      if ((await tx.objectStore('photos').getKey(photo.sha256)) === undefined) await tx.objectStore('photos').add({ ...photo, sent: false });
    }
    await enqueue(tx, entry);
    return 'added';
  });
}
