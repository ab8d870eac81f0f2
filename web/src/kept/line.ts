import { refuse, type RefusalShape } from '../core/refusal';
import type { EventStatus } from '../core/types';
import { kept, type Meta, type QueueRecord, type Writing } from './db';
import type { QueueState } from './types';

// The line: which event may go when. An event waits for the earlier unsent ones that touch what it writes or write what
// it touches. It is due when it waits for none. Each function here is a step within one transaction.

export type LineStores = ['queue', 'done', 'photos', 'meta'];
export const stores: LineStores = ['queue', 'done', 'photos', 'meta'];
type Tx = Writing<LineStores>;

/** What is known of an event that comes into the queue. */
export type Entry = Omit<QueueRecord, 'state' | 'order' | 'waitsFor' | 'due' | 'open' | 'after' | 'tries' | 'attention'>;

const onTheWay: ReadonlySet<QueueState> = new Set(['waiting', 'sending', 'sent']);

/** How many committed events are remembered. */
const remembered = 2000;

/** Puts an event at the end of the line. */
export async function enqueue(tx: Tx, entry: Entry): Promise<QueueRecord> {
  const order = (((await tx.objectStore('meta').get('order')) as Meta['order'] | undefined) ?? 0) + 1;
  await tx.objectStore('meta').put(order, 'order');
  const record = standing({ ...entry, order, tries: 0, state: 'waiting', waitsFor: await before(tx, entry) });
  await tx.objectStore('queue').add(record);
  return record;
}

/**
 * The earlier events that an event waits for. What was refused before it was captured is none of them: the person knows
 * of it, and perhaps does it again better.
 */
async function before(tx: Tx, entry: Entry): Promise<string[]> {
  const queue = tx.objectStore('queue');
  const ids = new Set<string>();
  for (const code of entry.touches) {
    const index = queue.index(entry.writes.includes(code) ? 'touches' : 'writes');
    for (const id of await index.getAllKeys(code)) ids.add(id);
  }
  const earlier: QueueRecord[] = [];
  for (const id of ids) {
    const other = await queue.get(id);
    if (other !== undefined && onTheWay.has(other.state)) earlier.push(other);
  }
  return earlier.sort((a, b) => a.order - b.order).map((r) => r.id);
}

/** The record with the members that follow from its state. */
function standing(record: QueueRecord): QueueRecord {
  const { due: _due, open: _open, after: _after, attention: _attention, ...rest } = record;
  const first = record.waitsFor[0];
  const moves = onTheWay.has(record.state);
  return {
    ...rest,
    ...(moves && first === undefined && { due: record.order }),
    ...((moves || record.state === 'held') && { open: record.at }),
    ...(first !== undefined && { after: first }),
    ...(!moves && { attention: true }),
  };
}

/** Writes a record anew; answers it as it is kept. */
async function put(tx: Tx, record: QueueRecord): Promise<QueueRecord> {
  const next = standing(record);
  await tx.objectStore('queue').put(next);
  return next;
}

const without = <T extends object, K extends keyof T>(value: T, name: K): Omit<T, K> => {
  const { [name]: _gone, ...rest } = value;
  return rest;
};

/** The ledger has it: it leaves the queue with its photos, and those that waited for it move up. */
export async function commit(tx: Tx, record: QueueRecord, status: Pick<EventStatus, 'transaction' | 'block'>): Promise<void> {
  const { id, asset, kind, action, title, at, order } = record;
  await tx.objectStore('done').put({
    id, asset, action, title, at, order,
    ...(kind !== undefined && { kind }),
    ...(status.transaction !== undefined && { transaction: status.transaction }),
    ...(status.block !== undefined && { block: status.block }),
  });
  await leave(tx, record);
  await prune(tx);
}

async function prune(tx: Tx): Promise<void> {
  const done = tx.objectStore('done');
  if ((await done.count()) <= remembered) return;
  const oldest = await done.index('order').openCursor();
  await oldest?.delete();
}

/** Takes an event out of the queue with the photos that no other event names. */
export async function leave(tx: Tx, record: QueueRecord): Promise<void> {
  const queue = tx.objectStore('queue');
  await queue.delete(record.id);
  for (const sha256 of record.photos) {
    if ((await queue.index('photos').getKey(sha256)) === undefined) await tx.objectStore('photos').delete(sha256);
  }
  for (const next of await queue.index('waitsFor').getAll(record.id)) {
    await unhold(tx, { ...next, waitsFor: next.waitsFor.filter((id) => id !== record.id) });
  }
}

/** Writes a follower; one that was held moves again unless it waits for another that was refused. */
async function unhold(tx: Tx, record: QueueRecord): Promise<void> {
  if (record.state !== 'held') {
    await put(tx, record);
    return;
  }
  const queue = tx.objectStore('queue');
  const others = await Promise.all(record.waitsFor.map((id) => queue.get(id)));
  const stuck = others.some((o) => o !== undefined && !onTheWay.has(o.state));
  const next = await put(tx, stuck ? record : { ...record, state: 'waiting' });
  if (stuck) return;
  for (const follower of await queue.index('waitsFor').getAll(next.id)) await unhold(tx, follower);
}

/** The ledger said no: the event stays, and all that wait for it are held. */
export async function refuseEvent(tx: Tx, record: QueueRecord, error: RefusalShape): Promise<void> {
  await put(tx, { ...record, state: 'refused', error });
  await hold(tx, record.id);
}

async function hold(tx: Tx, id: string): Promise<void> {
  for (const next of await tx.objectStore('queue').index('waitsFor').getAll(id)) {
    if (next.state === 'held' || next.state === 'refused') continue;
    await put(tx, { ...next, state: 'held' });
    await hold(tx, next.id);
  }
}

/** Puts a refused event back into the line, and those that were held because of it. */
export async function again(tx: Tx, record: QueueRecord): Promise<void> {
  await put(tx, { ...without(record, 'error'), state: 'waiting' });
  for (const next of await tx.objectStore('queue').index('waitsFor').getAll(record.id)) await unhold(tx, next);
}

/** Notes how far events have come that are neither committed nor refused. */
export async function move(tx: Tx, record: QueueRecord, state: 'waiting' | 'sending' | 'sent', tried = false): Promise<void> {
  await put(tx, { ...record, state, tries: record.tries + (tried ? 1 : 0) });
}

/** The record of an event that must be in the queue. Throws Refusal not-in-queue. */
export async function mustGet(tx: Tx, id: string): Promise<QueueRecord> {
  const record = await tx.objectStore('queue').get(id);
  if (record === undefined) throw refuse('not-in-queue');
  return record;
}

/** Whether the person may still take an event back. What is due does not rest: no event is both sent and taken back. */
export const resting = (record: QueueRecord): boolean => record.rests !== undefined && record.rests > Date.now();

/** Ends an event's rest. */
export async function wake(tx: Tx, record: QueueRecord): Promise<void> {
  await put(tx, without(record, 'rests'));
}

/** Events that may be sent, in order, beginning after `from`. Those that rest are the last captured ones. */
export async function dueAfter(from: number, limit: number): Promise<QueueRecord[]> {
  const due = await (await kept()).getAllFromIndex('queue', 'due', IDBKeyRange.lowerBound(from, true), limit);
  return due.filter((record) => !resting(record));
}

