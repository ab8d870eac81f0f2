import { checkEvent, eventOf, limits, type Draft } from '../core/event';
import { instant } from '../core/instant';
import type { Device } from '../core/device';
import { signJws } from '../core/jws';
import { refuse, type Refusal } from '../core/refusal';
import type { Attachment, EventBody, Evidence, Text } from '../core/types';
import { newEventId } from '../core/uuidv7';
import { announce, onChange } from './changes';
import { getMeta, kept, plain, write, type Meta, type NotedActs, type Writing } from './db';
import { currentDevice } from './device';
import { again, enqueue, leave, mustGet, resting, stores, wake, type LineStores } from './line';
import { touchesOf } from './touches';
import type { Committed, Queued, QueueState } from './types';

export { exportQueue, importQueue } from './transfer';

/**
 * Signs at once and keeps event and photos together or not at all. For `rest` milliseconds it is not sent, and takeBack
 * may undo it. Throws Refusal: no-device, device-revoked, device-expired, malformed-event, device-storage-full.
 */
export async function capture(draft: Draft, photos: readonly Attachment[], title: Text, rest = 0): Promise<Queued> {
  const device = await signer();
  const at = Date.now();
  const record = await underFreshIds(async () => {
    const signed = await sign({ draft, photos, at }, device);
    return write(stores, (tx) => keep(tx, signed, title, rest));
  });
  announce('queue');
  return record;
}

/** Says that an event under the same id is kept here. */
class IdTaken extends Error {}

/**
 * Signs and keeps; signs again under other ids where another tab, which has the same key, was first with one of them. The ledger
 * would refuse the second event of an id.
 */
async function underFreshIds<T>(signAndKeep: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await signAndKeep();
    } catch (e) {
      if (!(e instanceof IdTaken)) throw e;
    }
  }
}

/** One of many acts that are signed together, each as an event of its own. */
export interface Act {
  readonly draft: Draft;
  readonly photos: readonly Attachment[];
  /** When it was done, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * Signs many acts and keeps all of them or none, with a note of which events they became; see acts.ts. Acts of a walk leave
 * it with that, and those that have left it meanwhile are not kept again. Throws Refusal as capture does.
 */
export async function captureAll(acts: readonly Act[], title: Text, walk?: string): Promise<NotedActs> {
  const device = await signer();
  const noted = await underFreshIds(async () => {
    const signed: Signed[] = [];
    for (const act of acts) signed.push(await sign(act, device));
    return write([...stores, 'stood'], async (tx) => {
      const rows: { code: string; event: string }[] = [];
      for (const one of signed) {
        const code = one.act.draft.asset;
        if (walk !== undefined) {
          if ((await tx.objectStore('stood').getKey([walk, code])) === undefined) continue;
          await tx.objectStore('stood').delete([walk, code]);
        }
        await keep(tx as unknown as Writing<LineStores>, one, title, 0);
        rows.push({ code, event: one.event.id });
      }
      const note: NotedActs = { id: crypto.randomUUID(), at: Date.now(), title: { en: title.en, zh: title.zh }, rows };
      const before = ((await tx.objectStore('meta').get('acts')) as Meta['acts'] | undefined) ?? [];
      if (rows.length > 0) await tx.objectStore('meta').put([note, ...before].slice(0, mostNoted), 'acts');
      return note;
    });
  });
  announce('queue');
  return noted;
}

/** How many of those notes are kept, the last first. */
const mostNoted = 10;

async function signer(): Promise<Device> {
  const device = await currentDevice();
  if (device === undefined) throw refuse('no-device');
  if (device.revoked !== undefined) throw refuse(device.revoked.code);
  return device;
}

interface Signed {
  readonly act: Act;
  readonly event: EventBody;
  readonly jws: string;
  readonly files: readonly Attachment[];
  readonly device: Device;
}

async function sign(act: Act, device: Device): Promise<Signed> {
  const { draft, photos, at } = act;
  const files = [...new Map(photos.map((p) => [p.sha256, p])).values()];
  const ledger = await getMeta('ledger');
  // A head that own unsent events will move would never hold.
  const moved = draft.prev !== undefined && (await queuedFor(draft.asset)).length > 0;
  const event = eventOf(
    { ...draft, evidence: evidenceOf(draft.evidence, files), ...(moved && { prev: '' }) },
    { id: await newEventId(device.kid, at), at: instant(at), seen: ledger && { block: ledger.view.block.number, hash: ledger.view.block.hash } },
  );
  checkEvent(event);
  const jws = await signJws(device, 'rootline-event', device.net, event);
  if (jws.length > limits.jws) throw tooLong();
  return { act, event, jws, files, device };
}

/** Puts a signed event with its photos into the queue. Throws IdTaken. */
async function keep(tx: Writing<LineStores>, { act: { draft, at }, event, jws, files, device }: Signed, title: Text, rest: number): Promise<Queued> {
  for (const store of ['queue', 'done'] as const) if ((await tx.objectStore(store).getKey(event.id)) !== undefined) throw new IdTaken();
  for (const photo of files) {
    const there = await tx.objectStore('photos').getKey(photo.sha256);
    if (there === undefined) await tx.objectStore('photos').add({ ...plain(photo), sent: false });
  }
  return enqueue(tx, {
    id: event.id, asset: draft.asset, action: draft.action, title: { en: title.en, zh: title.zh }, rulebook: draft.rulebook,
    jws, at, photos: files.map((p) => p.sha256), device: device.kid, net: device.net, ...touchesOf(event),
    ...(draft.kind !== undefined && { kind: draft.kind }),
    ...(rest > 0 && { rests: at + rest }),
  });
}

const tooLong = (): Refusal => refuse('malformed-event', { reason: { en: 'it is longer than 256 KiB', zh: '超过 256 KiB' } });

const evidenceOf = (given: readonly Evidence[] | undefined, photos: readonly Attachment[]): Evidence[] => [
  ...(given ?? []),
  ...photos.map(({ sha256, type, size }) => ({ sha256, type, size })),
];

/** A page of the queue in the order of capture; `after` is the order of the last one seen. */
export async function queue(page: { after?: number; limit?: number } = {}): Promise<Queued[]> {
  return (await kept()).getAllFromIndex('queue', 'order', IDBKeyRange.lowerBound(page.after ?? 0, true), page.limit ?? 100);
}

/** One event of the queue; undefined once the ledger has it or it was discarded. */
export async function queued(id: string): Promise<Queued | undefined> {
  return (await kept()).get('queue', id);
}

/** The files that are kept here of those named by their hashes. */
export async function attachmentsOf(hashes: readonly string[]): Promise<Attachment[]> {
  const db = await kept();
  return (await Promise.all(hashes.map((hash) => db.get('photos', hash)))).filter((p) => p !== undefined);
}

/** How far each event of the queue has come, by its id. Reads the index alone, so that it is cheap for thousands. */
export async function states(): Promise<ReadonlyMap<string, QueueState>> {
  const db = await kept();
  const all: readonly QueueState[] = ['waiting', 'sending', 'sent', 'refused', 'held'];
  const ids = await Promise.all(all.map((state) => db.getAllKeysFromIndex('queue', 'state', state)));
  return new Map(all.flatMap((state, i) => ids[i]!.map((id): [string, QueueState] => [id, state])));
}

/** An own event that the ledger committed; undefined for one that it did not, and for one that is not remembered any more. */
export const committedOf = async (id: string): Promise<Committed | undefined> => (await kept()).get('done', id);

/** Whether it is. */
export const wasCommitted = async (id: string): Promise<boolean> => (await (await kept()).getKey('done', id)) !== undefined;

/** Own events that touch an asset and are not committed, oldest first. */
export async function queuedFor(asset: string): Promise<Queued[]> {
  const all = await (await kept()).getAllFromIndex('queue', 'writes', asset);
  return all.sort((a, b) => a.order - b.order);
}

/** The last events that the ledger committed, newest first. */
export async function committed(limit = 50): Promise<Committed[]> {
  const list: Committed[] = [];
  let cursor = await (await kept()).transaction('done').store.index('order').openCursor(null, 'prev');
  for (; cursor !== null && list.length < limit; cursor = await cursor.continue()) list.push(cursor.value);
  return list;
}

/** Calls back after every change of the queue, in any tab. Returns the end of it. */
export const watch = (changed: () => void): (() => void) => onChange((c) => c === 'queue' && changed());

/** Takes back what was captured a moment ago, with its photos. Answers false when its time is over. */
export async function takeBack(id: string): Promise<boolean> {
  const back = await write(stores, async (tx) => {
    const record = await tx.objectStore('queue').get(id);
    if (record === undefined || !resting(record)) return false;
    await leave(tx, record);
    return true;
  });
  if (back) announce('queue');
  return back;
}

/** Lets an event go that could still be taken back. */
export async function letGo(id: string): Promise<void> {
  await write(stores, async (tx) => {
    const record = await tx.objectStore('queue').get(id);
    if (record !== undefined) await wake(tx, record);
  });
  announce('queue');
}

/** Puts a refused event back into the queue, and those that were held because of it. Throws Refusal not-in-queue. */
export async function retry(id: string): Promise<void> {
  await write(stores, async (tx) => {
    const record = await mustGet(tx, id);
    if (record.state === 'refused') await again(tx, record);
  });
  announce('queue');
}

/** Puts all refused events back, or those with one of the codes. Answers how many. */
export async function retryAll(codes?: readonly string[], device?: string): Promise<number> {
  const n = await write(stores, async (tx) => {
    const refused = await tx.objectStore('queue').index('state').getAll('refused');
    const chosen = refused.filter((r) => (codes?.includes(r.error?.code ?? '') ?? true) && (device ?? r.device) === r.device);
    for (const record of chosen) await again(tx, record);
    return chosen.length;
  });
  if (n > 0) announce('queue');
  return n;
}

/**
 * Throws a refused or held event away, with its photos, after the person said so. What waited for it goes on, and the
 * ledger judges it. Throws Refusal not-refused and not-in-queue.
 */
export async function discard(id: string): Promise<void> {
  await write(stores, async (tx) => {
    const record = await mustGet(tx, id);
    if (record.state !== 'refused' && record.state !== 'held') throw refuse('not-refused');
    await leave(tx, record);
  });
  announce('queue');
}
