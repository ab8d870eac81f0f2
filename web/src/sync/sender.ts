import * as api from '../core/api';
import { isRefusal, Refusal, refusalOf, type RefusalShape } from '../core/refusal';
import type { EventStatus } from '../core/types';
import { announce } from '../kept/changes';
import { kept, storageFailure, write, type QueueRecord } from '../kept/db';
import { currentDevice, noteEnd, passing } from '../kept/device';
import { commit, dueAfter, move, refuseEvent, stores } from '../kept/line';
import { markSent, sendPhoto } from './evidence';

/** How many events travel together, and how many of those with photos still to upload. */
const batchSize = 50;
const photoBatch = 10;
/** Seconds that the gateway is asked to wait for the ledger. */
const commitWait = 20;

/** How a run of the sender ended. */
export interface Outcome {
  /** Events that the ledger committed or refused. */
  readonly settled: number;
  /** Something got through: a photo, or an answer to events. On a line that loses much, it is worth going on at once. */
  readonly moved: boolean;
  /** Events that still have to be sent, or asked after. */
  readonly left: number;
  /** Why it ended early. */
  readonly trouble?: Refusal;
}

/** Runs something in one place only: of all tabs and the service worker, one sends. Undefined when another does. */
export async function alone<T>(work: () => Promise<T>): Promise<T | undefined> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  if (locks !== undefined) return locks.request('rootline-send', { ifAvailable: true }, (lock) => (lock === null ? undefined : work()));
  if (busy) return undefined;
  busy = true;
  try {
    return await work();
  } finally {
    busy = false;
  }
}

/** For browsers without Web Locks: sending twice at a time is wasteful there, and harmless. */
let busy = false;

/** Sends what may go, until nothing moves any more or the network fails. Undefined when another tab is at it. */
export function send(signal?: AbortSignal): Promise<Outcome | undefined> {
  return alone(async () => {
    announce('sending');
    const run = new Run(signal);
    try {
      await run.passes();
      return { settled: run.settled, moved: run.moved, left: await left() };
    } catch (e) {
      return { settled: run.settled, moved: run.moved, left: await left().catch(() => 1), trouble: storageFailure(e) ?? refusalOf(e) };
    } finally {
      announce('idle');
    }
  });
}

const left = async (): Promise<number> => (await kept()).countFromIndex('queue', 'due');

class Run {
  settled = 0;
  moved = false;
  /** This run found out that the current device came to its end. */
  #over: Refusal | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Goes through the line again and again, since each event that settles lets others go. */
  async passes(): Promise<void> {
    for (let before = -1; before !== this.settled; ) {
      before = this.settled;
      for (let batch = await dueAfter(0, batchSize); batch.length > 0; batch = await dueAfter(batch.at(-1)!.order, batchSize)) {
        await this.#batch(batch);
      }
    }
  }

  async #batch(batch: readonly QueueRecord[]): Promise<void> {
    const bare: QueueRecord[] = [];
    const laden: QueueRecord[] = [];
    for (const record of batch) ((await this.#hasPhotosToSend(record)) ? laden : bare).push(record);
    await this.#post(bare);
    for (let i = 0; i < laden.length; i += photoBatch) {
      const ready: QueueRecord[] = [];
      for (const record of laden.slice(i, i + photoBatch)) if (await this.#upload(record)) ready.push(record);
      await this.#post(ready);
    }
  }

  async #hasPhotosToSend(record: QueueRecord): Promise<boolean> {
    const db = await kept();
    for (const hash of record.photos) if ((await db.get('photos', hash))?.sent !== true) return true;
    return false;
  }

  /** Uploads the photos of an event, one at a time. False when the event cannot go. */
  async #upload(record: QueueRecord): Promise<boolean> {
    for (const hash of record.photos) {
      try {
        if (this.#over !== undefined) throw this.#over;
        await sendPhoto(hash, this.#signal);
        this.moved = true;
      } catch (e) {
        if (!isRefusal(e)) throw e;
        const over = e.code === 'device-revoked' || e.code === 'device-expired';
        if (over) this.#over = e;
        // Another person's event may still go with another device; this device's own are over.
        if (over && (await currentDevice())?.kid !== record.device) return false;
        if (!over && !isFinal(e)) throw e;
        await this.#refuse(record, e.shape());
        return false;
      }
    }
    return true;
  }

  async #refuse(record: QueueRecord, error: RefusalShape): Promise<void> {
    await this.#settle([record], [{ status: 'refused', error }]);
  }

  async #post(batch: readonly QueueRecord[]): Promise<void> {
    if (batch.length === 0) return;
    await this.#mark(batch, 'sending', true);
    let statuses: EventStatus[];
    try {
      statuses = await api.submit(batch.map(({ jws }) => ({ jws })), commitWait, this.#signal);
    } catch (e) {
      await this.#mark(batch, 'waiting');
      if (!isRefusal(e) || !isFinal(e)) throw e;
      // The request as a whole was not taken: one event that cannot be read must not stop the others.
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) return this.#refuse(only, e.shape());
      const half = batch.length >> 1;
      await this.#post(batch.slice(0, half));
      return this.#post(batch.slice(half));
    }
    await this.#settle(batch, statuses);
  }

  async #mark(batch: readonly QueueRecord[], state: 'waiting' | 'sending', tried = false): Promise<void> {
    await write(stores, async (tx) => {
      for (const { id } of batch) {
        const record = await tx.objectStore('queue').get(id);
        if (record !== undefined) await move(tx, record, state, tried);
      }
    });
    announce('queue');
  }

  /** Notes what the gateway said of each event, all in one transaction. */
  async #settle(batch: readonly QueueRecord[], statuses: readonly EventStatus[]): Promise<void> {
    let trouble: RefusalShape | undefined;
    const missing: QueueRecord[] = [];
    const n = await write(stores, async (tx) => {
      let settled = 0;
      for (const [i, { id }] of batch.entries()) {
        const status = statuses[i]!;
        const record = await tx.objectStore('queue').get(id);
        if (record === undefined) continue;
        const error = status.error;
        if (status.status === 'committed' || status.status === 'recorded') {
          await commit(tx, record, status);
          settled += 1;
        } else if (status.status !== 'refused') {
          await move(tx, record, 'sent');
        } else if (error !== undefined && passing.has(error.code)) {
          trouble = error;
          await move(tx, record, 'waiting');
        } else if (error?.code === 'evidence-missing' && record.photos.length > 0 && record.tries < evidenceTries) {
          missing.push(record);
          await move(tx, record, 'waiting');
        } else {
          await refuseEvent(tx, record, error ?? refusalOf(undefined).shape());
          settled += 1;
        }
      }
      return settled;
    });
    this.settled += n;
    if (n > 0) this.moved = true;
    for (const record of missing) for (const hash of record.photos) await markSent(hash, false);
    for (const [i, record] of batch.entries()) await noteEnd(record.device, statuses[i]!.error);
    announce('queue');
    if (trouble !== undefined) throw Refusal.of(trouble);
  }
}

/** How often a gateway may say that it has no photo that it took before. */
const evidenceTries = 8;

/** Whether an answer stays the same however often one asks: not so for what is broken, busy or wants a sign-in. */
export function isFinal(e: Refusal): boolean {
  if (e.code === 'photo-missing') return true;
  if (e.status === undefined || passing.has(e.code)) return false;
  return e.status >= 400 && e.status < 500 && ![401, 403, 408, 425, 429].includes(e.status) && !e.code.startsWith('http-');
}
