import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import type { Draft } from '../core/event';
import type { Device, Invitation, PublicKey, Session } from '../core/device';
import { refuse, type Refusal } from '../core/refusal';
import type { AssetView, Attachment, EventView, LedgerView, Place, RulebookView, Text } from '../core/types';
import type { Answers } from '../works/answers';
import type { Session as Walk } from '../works/walk';
import type { Committed, Queued, Scan } from './types';

/** A queued event with what the queue itself needs to know. Members that an index reads are absent where it should not list the record. */
export type QueueRecord = Queued & {
  /** The ledger that it was signed for. */
  readonly net: string;
  /** Codes that the event writes: its asset, the parts that it makes, the tag that it binds. */
  readonly writes: readonly string[];
  /** Codes that it reads or writes. */
  readonly touches: readonly string[];
  /** Ids of earlier events that must be on the ledger before it may be sent. */
  readonly waitsFor: readonly string[];
  /** `order`, while the event is to be sent (again) as soon as there is a network. */
  readonly due?: number;
  /** `at`, while it is neither committed nor refused. */
  readonly open?: number;
};

/** An enrolment that the ledger has not answered yet: the key must not be lost, for the invitation may be used up. */
export interface Enrolling {
  /** The thumbprint of the one-time key. */
  readonly once: string;
  readonly invitation: Omit<Invitation, 'k'>;
  readonly kid: string;
  readonly key: CryptoKey;
  readonly publicKey: PublicKey;
  readonly jws: string;
}

/** An attachment without what else may hang on the object. */
export const plain = ({ sha256, type, size, blob, name }: Attachment): Attachment => ({ sha256, type, size, blob, ...(name !== undefined && { name }) });

export type PhotoRecord = Attachment & {
  /** The gateway has it. */
  readonly sent: boolean;
};

export type ItemRecord = {
  readonly id: string;
  readonly item: AssetView;
  readonly asOf: number;
  /** Every code that leads to it, its own too. */
  readonly codes: readonly string[];
  /** Its place and its id, for the index. */
  readonly inPlace?: readonly [place: string, id: string];
  /** Its square of the grid: see grid.ts. */
  readonly cell?: readonly [number, number];
  /** Kept with a place in that round of downloading; absent for items that were only looked at. */
  readonly round?: number;
  /** What it was taken along with: keys of the store "taken". */
  readonly taken?: readonly string[];
  /** When it was looked at, for items that belong to no kept place and were not taken along; the oldest go first. */
  readonly loose?: number;
};

/** What was taken along: an item with all that is of it, or all that share a value of its record. */
export interface TakenRecord {
  readonly id: string;
  /** The item that it was taken along from. */
  readonly item: string;
  readonly rulebook: string;
  readonly kind: string;
  /** The field whose value all of them share; absent where it is the item's own: those on its list, and those that lie under it. */
  readonly field?: string;
  readonly value?: string;
  /** How many items are kept with it, itself too. */
  readonly items: number;
  /** There are more than are taken along at a time. */
  readonly more: boolean;
  /** When the gateway said so, in milliseconds since 1970. */
  readonly asOf: number;
}

export type KeepingRecord = {
  readonly id: string;
  readonly place: Place;
  readonly round: number;
  readonly items: number;
  /** Where the download goes on; absent when it is done or not begun. */
  readonly cursor?: string;
  readonly done: boolean;
  readonly asOf: number;
};

/** A code that was counted as one of a lot. */
export interface CountRecord {
  readonly lot: string;
  /** The item's own code, or what was scanned while nobody could be asked. */
  readonly code: string;
  readonly at: number;
  /** The gateway or this device knows that it is of the lot. */
  readonly checked: boolean;
}

/** A form that somebody began to fill in. */
export interface DraftRecord {
  /** What the form is about: the code, the kind and the action. */
  readonly at: string;
  readonly answers: Answers;
  readonly photos: readonly Attachment[];
  readonly changed: number;
  /** What the form is called. */
  readonly title?: Text;
  /** Of a series: the fields that are asked at each scan. */
  readonly each?: readonly string[];
}

/** A rulebook that somebody writes and that is not proposed yet. */
export interface BookDraft {
  /** The book that it is a version of, or the name under which a new one was begun. */
  readonly book: string;
  /** The adopted version that it was begun from; '' for a new book. */
  readonly from: string;
  /** The whole file, with its examples. */
  readonly text: string;
  readonly changed: number;
}

/** What was done on a walk to an item that the person stood before: it is signed with the others, and kept until then. */
export interface StoodRecord {
  /** The device, and what is done on the walk; see walkOf. */
  readonly walk: string;
  readonly code: string;
  /** When the person stood before it, in milliseconds since 1970. */
  readonly at: number;
  /** The event, with the position of that moment. */
  readonly draft: Draft;
  readonly photos: readonly Attachment[];
  /** What is done, in words: the action's title. */
  readonly title: Text;
  /** The place whose list is walked. */
  readonly place?: string;
  /** The item as it was known then; absent for one that this phone never saw. */
  readonly item?: AssetView;
}

/** Acts that were signed together: which event each became. What became of the events is looked up in the queue. */
export interface NotedActs {
  readonly id: string;
  readonly at: number;
  readonly title: Text;
  readonly rows: readonly { readonly code: string; readonly event: string }[];
}

/** Single values. */
export interface Meta {
  ledger: { readonly view: LedgerView; readonly asOf: number };
  /** The kid of the device that signs. */
  current: string;
  /** The highest order given in the queue. */
  order: number;
  session: Session;
  rulebooksAsOf: number;
  /** The series that were begun here, the last one first: rulebook, kind and action. */
  series: readonly string[];
  /** A walk through a place that is not recorded yet. */
  walk: Walk & { /** The code of its record, once it is being signed. */ readonly asset?: string };
  /** What was given last here, by rulebook, kind and action; those of the last acts come last. */
  given: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What was signed for many items at once and is still shown, the last first. */
  acts: readonly NotedActs[];
}

export interface Schema extends DBSchema {
  meta: { key: string; value: Meta[keyof Meta] };
  devices: { key: string; value: Device };
  enrolling: { key: string; value: Enrolling };
  queue: {
    key: string;
    value: QueueRecord;
    indexes: { order: number; due: number; open: number; state: string; touches: string; writes: string; waitsFor: string; photos: string };
  };
  done: { key: string; value: Committed & { readonly order: number }; indexes: { order: number; asset: string } };
  photos: { key: string; value: PhotoRecord };
  scans: { key: number; value: Scan & { readonly unknown?: 1 }; indexes: { unknown: number } };
  items: { key: string; value: ItemRecord; indexes: { codes: string; place: [string, string]; cell: [number, number]; loose: number; taken: string } };
  taken: { key: string; value: TakenRecord };
  lives: { key: string; value: { readonly id: string; readonly events: readonly EventView[]; readonly asOf: number }; indexes: { asOf: number } };
  places: { key: string; value: Place };
  keeping: { key: string; value: KeepingRecord };
  rulebooks: { key: string; value: RulebookView };
  counts: { key: [string, string]; value: CountRecord };
  drafts: { key: string; value: DraftRecord };
  stood: { key: [walk: string, code: string]; value: StoodRecord };
  books: { key: string; value: BookDraft };
}

export type Kept = IDBPDatabase<Schema>;
export type Stores = StoreNames<Schema>;
export type Writing<S extends Stores[] = Stores[]> = IDBPTransaction<Schema, S, 'readwrite'>;

export const databaseName = 'rootline';

type Upgrade = IDBPTransaction<Schema, Stores[], 'versionchange'>;

/**
 * One step for each version, in order: a device that was away for long takes them all. A step that was released is never
 * changed; what comes later is a new step.
 */
const steps: readonly ((db: Kept, tx: Upgrade) => void)[] = [
  (db) => {
    db.createObjectStore('meta');
    db.createObjectStore('devices', { keyPath: 'kid' });
    db.createObjectStore('enrolling', { keyPath: 'once' });
    const queue = db.createObjectStore('queue', { keyPath: 'id' });
    queue.createIndex('order', 'order', { unique: true });
    for (const name of ['due', 'open', 'state'] as const) queue.createIndex(name, name);
    for (const name of ['touches', 'writes', 'waitsFor', 'photos'] as const) queue.createIndex(name, name, { multiEntry: true });
    const done = db.createObjectStore('done', { keyPath: 'id' });
    done.createIndex('order', 'order');
    done.createIndex('asset', 'asset');
    db.createObjectStore('photos', { keyPath: 'sha256' });
    db.createObjectStore('scans', { keyPath: 'n', autoIncrement: true }).createIndex('unknown', 'unknown');
    const items = db.createObjectStore('items', { keyPath: 'id' });
    items.createIndex('codes', 'codes', { multiEntry: true });
    items.createIndex('place', 'inPlace');
    items.createIndex('cell', 'cell');
    items.createIndex('loose', 'loose');
    db.createObjectStore('lives', { keyPath: 'id' }).createIndex('asOf', 'asOf');
    db.createObjectStore('places', { keyPath: 'id' });
    db.createObjectStore('keeping', { keyPath: 'id' });
    db.createObjectStore('rulebooks', { keyPath: 'name' });
  },
  (db) => {
    db.createObjectStore('counts', { keyPath: ['lot', 'code'] });
  },
  (db) => {
    db.createObjectStore('drafts', { keyPath: 'at' });
  },
  (db, tx) => {
    db.createObjectStore('taken', { keyPath: 'id' });
    tx.objectStore('items').createIndex('taken', 'taken', { multiEntry: true });
  },
  (db) => {
    db.createObjectStore('stood', { keyPath: ['walk', 'code'] });
  },
  (db) => {
    db.createObjectStore('books', { keyPath: 'book' });
  },
];

let opened: Promise<Kept> | undefined;

/** What this device keeps. Throws Refusal storage-broken or storage-newer. */
export function kept(): Promise<Kept> {
  opened ??= open().catch((e: unknown) => {
    opened = undefined;
    throw storageRefusal(e);
  });
  return opened;
}

const open = (): Promise<Kept> =>
  openDB<Schema>(databaseName, steps.length, {
    upgrade(db, from, _to, tx) {
      for (const step of steps.slice(from)) step(db, tx as Upgrade);
    },
    // A newer version wants to upgrade: this page lets go, and opens anew when it is used again.
    blocking(_from, _to, event) {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated() {
      opened = undefined;
    },
  });

export async function closeKept(): Promise<void> {
  const db = await opened?.catch(() => undefined);
  opened = undefined;
  db?.close();
}

/** Throws away everything, keys too. For tests, and for a person who leaves the device to somebody else. */
export async function destroyKept(): Promise<void> {
  await closeKept();
  await deleteDB(databaseName);
}

/** Names the ways in which keeping fails; undefined when e is no failure of the storage. */
export function storageFailure(e: unknown): Refusal | undefined {
  const name = (e as { name?: unknown } | null)?.name;
  if (name === 'QuotaExceededError') return refuse('device-storage-full', {}, e);
  if (name === 'VersionError') return refuse('storage-newer', {}, e);
  if (name === 'InvalidStateError' || name === 'SecurityError' || name === 'UnknownError' || name === 'NotFoundError') return refuse('storage-broken', {}, e);
  return undefined;
}

const storageRefusal = (e: unknown): unknown => storageFailure(e) ?? e;

/**
 * Runs a piece of work in one transaction: all of it is kept, or nothing. In it, only the database may be waited for.
 * Throws Refusal device-storage-full and storage-broken.
 */
export async function write<const S extends Stores[], T>(stores: S, work: (tx: Writing<S>) => Promise<T>): Promise<T> {
  const db = await kept();
  let tx: Writing<S>;
  try {
    tx = db.transaction(stores, 'readwrite', { durability: 'strict' }) as Writing<S>;
  } catch (e) {
    // The browser closed the database behind our back (a newer version, cleared data): the next call opens it anew.
    if ((e as Error).name === 'InvalidStateError') opened = undefined;
    throw storageRefusal(e);
  }
  const ended = tx.done.then(
    () => undefined,
    (e: unknown) => e ?? new DOMException('aborted', 'AbortError'),
  );
  try {
    const result = await work(tx);
    const failed = await ended;
    if (failed !== undefined) throw failed;
    return result;
  } catch (e) {
    try {
      tx.abort();
    } catch {
      // It has ended already.
    }
    // A request that fails for want of room tells it, or the transaction does when it ends.
    const failed = await ended;
    throw storageFailure(e) ?? storageFailure(tx.error ?? failed) ?? e;
  }
}

export async function getMeta<K extends keyof Meta>(name: K): Promise<Meta[K] | undefined> {
  return (await (await kept()).get('meta', name)) as Meta[K] | undefined;
}

export async function setMeta<K extends keyof Meta>(name: K, value: Meta[K]): Promise<void> {
  await write(['meta'], (tx) => tx.objectStore('meta').put(value, name));
}
