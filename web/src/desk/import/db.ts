import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { storageFailure } from '../../kept/db';
import type { Faulty, Job, Progress } from './types';

// What imports keep: a database of their own, so that it never holds up the field app's.

/** What the journal knows of one row of a data set: the ids that were chosen for it, from before it is first sent. */
export interface Entry {
  /** The ledger and the data set: rows of a mended file find theirs again. */
  readonly set: string;
  /** Plan.rowKey. */
  readonly key: string;
  readonly event: string;
  readonly asset: string;
  /** Tells whether the row says the same as before. */
  readonly digest: string;
  /** The event ids under which earlier keys may have sent it, saying the same: an id belongs to a key. */
  readonly earlier?: readonly string[];
  /** The job by which the ledger recorded it; absent before. */
  readonly recorded?: string;
}

interface Schema extends DBSchema {
  jobs: { key: string; value: Job; indexes: { made: number } };
  files: { key: string; value: Blob };
  faults: { key: [job: string, line: number]; value: Faulty };
  journal: { key: [set: string, key: string]; value: Entry };
}

export const importsName = 'rootline-imports';

let opened: Promise<IDBPDatabase<Schema>> | undefined;

/** Throws Refusal storage-broken. */
export function imports(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>(importsName, 1, {
    upgrade(db) {
      db.createObjectStore('jobs', { keyPath: 'id' }).createIndex('made', 'made');
      db.createObjectStore('files');
      db.createObjectStore('faults', { keyPath: ['job', 'line'] });
      db.createObjectStore('journal', { keyPath: ['set', 'key'] });
    },
    blocking(_from, _to, event) {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated() {
      opened = undefined;
    },
  }).catch((e: unknown) => {
    opened = undefined;
    throw storageFailure(e) ?? e;
  });
  return opened;
}

/** Puts records of one store on the disk, all or none. Throws Refusal device-storage-full. */
export async function put<S extends 'faults' | 'journal'>(store: S, records: readonly Schema[S]['value'][]): Promise<void> {
  if (records.length === 0) return;
  try {
    const tx = (await imports()).transaction(store, 'readwrite', { durability: 'strict' });
    for (const record of records) void tx.objectStore(store).put(record as never);
    await tx.done;
  } catch (e) {
    throw storageFailure(e) ?? e;
  }
}

/** What tabs and workers tell each other: a job has changed, or how far it is. */
export interface News {
  readonly job: string;
  readonly progress?: Progress;
}

let channel: BroadcastChannel | undefined;
const hearers = new Set<(news: News) => void>();

function connect(): BroadcastChannel | undefined {
  if (channel === undefined && typeof BroadcastChannel !== 'undefined') {
    channel = new BroadcastChannel(importsName);
    channel.onmessage = (e: MessageEvent<News>) => hearers.forEach((hear) => hear(e.data));
    (channel as { unref?: () => void }).unref?.();
  }
  return channel;
}

/** Tells every tab and its worker, this one too. */
export function tell(news: News): void {
  connect()?.postMessage(news);
  hearers.forEach((hear) => hear(news));
}

/** Hears of jobs that changed. Returns the end of it. */
export function onNews(hear: (news: News) => void): () => void {
  connect();
  hearers.add(hear);
  return () => hearers.delete(hear);
}

/** Keeps a new job and its file together. Throws Refusal device-storage-full. */
export async function addJob(job: Job, file: Blob): Promise<void> {
  try {
    const tx = (await imports()).transaction(['jobs', 'files'], 'readwrite', { durability: 'strict' });
    await Promise.all([tx.objectStore('jobs').add(job), tx.objectStore('files').add(file, job.id), tx.done]);
  } catch (e) {
    throw storageFailure(e) ?? e;
  }
  tell({ job: job.id });
}

export async function fileOf(job: string): Promise<Blob | undefined> {
  return (await imports()).get('files', job);
}

export async function jobOf(id: string): Promise<Job | undefined> {
  return (await imports()).get('jobs', id);
}

/** The newest first. */
export async function allJobs(): Promise<Job[]> {
  return (await (await imports()).getAllFromIndex('jobs', 'made')).reverse();
}

/** Changes a job as it is now, in one transaction; nothing when it is gone. Throws Refusal device-storage-full. */
export async function changeJob(id: string, change: (job: Job) => Job): Promise<Job | undefined> {
  try {
    const tx = (await imports()).transaction('jobs', 'readwrite', { durability: 'strict' });
    const job = await tx.store.get(id);
    const next = job && change(job);
    if (next !== undefined && next !== job) await tx.store.put(next);
    await tx.done;
    tell({ job: id });
    return next;
  } catch (e) {
    throw storageFailure(e) ?? e;
  }
}

const of = (job: string): IDBKeyRange => IDBKeyRange.bound([job, -1], [job, Number.MAX_SAFE_INTEGER]);

/** Faulty rows in the order of the file, after a line. */
export async function faultsOf(job: string, after = -1, limit = 100): Promise<Faulty[]> {
  return (await imports()).getAll('faults', IDBKeyRange.bound([job, after], [job, Number.MAX_SAFE_INTEGER], true), limit);
}

export async function dropFaults(job: string): Promise<void> {
  await (await imports()).delete('faults', of(job));
}

/** Forgets a job and its faults. What it recorded stays in the journal, so that its rows are not recorded again. */
export async function dropJob(id: string): Promise<void> {
  const tx = (await imports()).transaction(['jobs', 'files', 'faults'], 'readwrite');
  await Promise.all([tx.objectStore('jobs').delete(id), tx.objectStore('files').delete(id), tx.objectStore('faults').delete(of(id)), tx.done]);
  tell({ job: id });
}

/** All that the journal knows of a data set, in the order of the keys. */
export async function entriesOf(set: string): Promise<Entry[]> {
  return (await imports()).getAll('journal', IDBKeyRange.bound([set, ''], [set, []]));
}
