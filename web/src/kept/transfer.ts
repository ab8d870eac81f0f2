import { sha256 } from '../core/hash';
import { parseJws, readJson, type Signed } from '../core/jws';
import { refuse, type Refusal } from '../core/refusal';
import type { Attachment, EventBody, Text } from '../core/types';
import { isEventId } from '../core/uuidv7';
import { unzip, zip, type ZipEntry } from '../core/zip';
import { announce } from './changes';
import { kept, write } from './db';
import { currentDevice } from './device';
import { knownLedger } from './ledger';
import { enqueue, stores, type Entry } from './line';
import { queue } from './queue';
import { touchesOf } from './touches';

/** The first line of queue.jsonl. */
const mark = { rootline: 'queue', version: 1 } as const;
const listName = 'queue.jsonl';
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
 * photos and files/ with other files. There is no key in it; each event carries its own signature.
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
  yield { name: listName, blob: new Blob(lines.map((l) => `${l}\n`), { type: 'application/jsonl' }) };
}

const damaged = (en: string, zh: string): Refusal => refuse('not-an-export', { reason: { en, zh } });

/**
 * Takes the events of an exported queue, of any person: the signature is the authority, and the ledger checks it. Known are
 * those that this device has or sent before, foreign those of another ledger, which are left out. The file is read whole
 * before anything is taken. Throws Refusal not-an-export and device-storage-full; events taken until then stay, and the same file
 * can be imported again.
 */
export async function importQueue(file: Blob): Promise<{ added: number; known: number; foreign: number }> {
  const entries = await unzip(file);
  const list = entries?.get(listName);
  if (entries === undefined || list === undefined) throw damaged('it is no zip file with queue.jsonl', '不是含 queue.jsonl 的 zip 文件');
  const lines = await readList(list);
  for (const { line, n } of lines) {
    for (const hash of line.photos) {
      if (!entries.has(photoName(hash)) && !entries.has(fileName(hash))) throw damaged(`line ${n} names a file that is not in it`, `第 ${n} 行所引用的文件缺失`);
    }
  }
  const net = (await knownLedger())?.net ?? (await currentDevice())?.net;
  const count = { added: 0, known: 0, foreign: 0 };
  for (const { line, signed, event, n } of lines) {
    if (net !== undefined && signed.header.net !== net) count.foreign += 1;
    else count[await take(line, signed, event, entries, n)] += 1;
  }
  if (count.added > 0) announce('queue');
  return count;
}

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
