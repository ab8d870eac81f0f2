import type { Device } from '../../core/device';
import { checkEvent } from '../../core/event';
import { signJws } from '../../core/jws';
import { isRefusal, Refusal, refuse, type RefusalShape } from '../../core/refusal';
import type { EventBody, EventStatus, RulebookView, Submission } from '../../core/types';
import { passing } from '../../kept/device';
import { put, type Entry } from './db';
import { gateway, isRecorded, patiently, pause, type Gateway } from './gateway';
import { Journal, setOf } from './journal';
import { digestOf, Plan } from './plan';
import type { Table } from './table';
import type { Fault, Faulty, Job, Progress, Row } from './types';

/** How many events a request has, how many bytes of table it stands for, and how many requests are under way. */
const batchSize = 500;
const batchBytes = 1 << 20;
const parallel = 3;
/** Milliseconds that the gateway may keep a batch without getting it recorded. */
const patience = 10 * 60_000;

/** Refusals of the device or the data set and not of a row: all rows would get them. */
const ofAll: ReadonlySet<string> = new Set(['device-revoked', 'device-expired', 'unknown-device', 'wrong-role', 'foreign-prefix', 'unknown-rulebook', 'wrong-net']);

export interface Setting {
  readonly job: Job;
  readonly table: Table;
  readonly book: RulebookView;
  readonly device: Pick<Device, 'kid' | 'key'>;
  /** Of the codes that the device's organisation makes. */
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly gateway?: Gateway;
  readonly progress?: (p: Progress) => void;
  /** What holds it up, and undefined once nothing does. */
  readonly trouble?: (t: RefusalShape | undefined) => void;
}

/** A row on its way. */
interface Item {
  readonly row: Row;
  readonly event: EventBody;
  readonly entry: Entry;
}

/**
 * Imports the rows of a table, or checks them. Each row's ids are on the disk before its event is sent, so that a run that
 * was cut off goes on with the same ids and the ledger records each row once. Throws Refusal with what stands in the way.
 */
export class Run {
  readonly #s: Setting;
  readonly #gateway: Gateway;
  readonly #plan: Plan;
  readonly #journal: Journal;
  readonly #lines = new Map<string, number>();
  readonly #under = new Set<Promise<void>>();
  #batch: Item[] = [];
  #bytes = 0;
  #faulty: Faulty[] = [];
  #failed: unknown;
  #counts = { rows: 0, recorded: 0, before: 0, refused: 0 };

  private constructor(setting: Setting, journal: Journal) {
    this.#s = setting;
    this.#gateway = setting.gateway ?? gateway;
    this.#plan = new Plan(setting.job.mapping, setting.table.heading, setting.book);
    this.#journal = journal;
  }

  /** Throws MappingError, Refusal. */
  static async do(setting: Setting): Promise<Progress> {
    const { net, mapping } = setting.job;
    const run = new Run(setting, await Journal.open(setOf(net, mapping.source)));
    return run.#all();
  }

  async #all(): Promise<Progress> {
    try {
      for await (const row of this.#s.table.rows()) {
        this.#s.signal.throwIfAborted();
        if (this.#failed !== undefined) throw this.#failed;
        this.#counts.rows++;
        await this.#take(row);
        if (this.#batch.length >= batchSize || this.#bytes >= batchBytes) await this.#flush();
        if (this.#faulty.length >= batchSize) await this.#keepFaults();
        if (this.#counts.rows % 100 === 0) this.#tell();
      }
      await this.#flush();
    } catch (e) {
      this.#failed ??= e;
    }
    await Promise.all(this.#under);
    await this.#keepFaults();
    this.#tell();
    if (this.#failed !== undefined) throw this.#failed;
    return { ...this.#counts };
  }

  #tell(): void {
    this.#s.progress?.({ ...this.#counts });
  }

  /** Makes a row's event with the ids that the journal has for it. */
  async #take(row: Row): Promise<void> {
    if (row.fault !== undefined) return this.#refuse(row, [row.fault]);
    const read = this.#plan.rowKey(row);
    if ('fault' in read) return this.#refuse(row, [read.fault]);
    const twice = this.#lines.get(read.key);
    if (twice !== undefined) return this.#refuse(row, [this.#plan.keyFault(row, 'row-key-twice', twice)]);
    this.#lines.set(read.key, row.line);
    const made = this.#plan.event(row);
    if ('faults' in made) return this.#refuse(row, made.faults);
    const digest = await digestOf(made.event);
    const entry = await this.#journal.plan(read.key, digest, this.#s.prefix, this.#s.device.kid);
    if (entry.recorded === undefined) {
      this.#batch.push({ row, event: { id: entry.event, asset: entry.asset, ...made.event }, entry });
      this.#bytes += row.cells.reduce((n, c) => n + c.length, 300);
    } else if (entry.digest !== digest) this.#refuse(row, [this.#plan.keyFault(row, 'row-changed-after-import')]);
    else if (entry.recorded === this.#s.job.id) this.#counts.recorded++;
    else this.#counts.before++;
  }

  #refuse({ line, cells, raw }: Row, faults: readonly Fault[]): void {
    this.#counts.refused++;
    this.#faulty.push({ job: this.#s.job.id, line, cells, faults, ...(raw !== undefined && { raw }) });
  }

  async #keepFaults(): Promise<void> {
    const faulty = this.#faulty;
    this.#faulty = [];
    await put('faults', faulty);
  }

  /** Journals a batch and lets it go; waits while enough are under way. */
  async #flush(): Promise<void> {
    const batch = this.#batch;
    [this.#batch, this.#bytes] = [[], 0];
    await this.#keepFaults();
    if (batch.length === 0) return;
    await this.#journal.sync();
    while (this.#under.size >= parallel) await Promise.race(this.#under);
    const sent: Promise<void> = this.#send(batch)
      .catch((e: unknown) => void (this.#failed ??= e))
      .finally(() => this.#under.delete(sent));
    this.#under.add(sent);
  }

  async #send(batch: readonly Item[]): Promise<void> {
    const open: Item[] = [];
    const subs: Submission[] = [];
    for (const item of batch) {
      try {
        subs.push(await this.#sign(item));
        open.push(item);
      } catch (e) {
        if (!isRefusal(e)) throw e;
        this.#refuse(item.row, [this.#plan.blame(item.row, e.shape())]);
      }
    }
    await this.#post(open, subs);
    await this.#keepFaults();
    this.#tell();
  }

  /** Stays with a batch until the fate of each event is known. */
  async #post(items: readonly Item[], subs: readonly Submission[], until = Date.now() + patience): Promise<void> {
    let [open, left] = [items, subs];
    while (open.length > 0) {
      const { signal } = this.#s;
      let statuses: readonly EventStatus[];
      try {
        statuses = await this.#patiently(() => (this.#s.job.mode === 'check' ? this.#gateway.check(left, signal) : this.#gateway.submit(left, signal)));
      } catch (e) {
        if (signal.aborted || !isRefusal(e)) throw e;
        // The request as a whole was not taken: one event that cannot be read must not stop the others.
        if (open.length === 1) return this.#refuse(open[0]!.row, [this.#plan.blame(open[0]!.row, e.shape())]);
        const half = open.length >> 1;
        await this.#post(open.slice(0, half), left.slice(0, half), until);
        return this.#post(open.slice(half), left.slice(half), until);
      }
      const later = await this.#settle(open, left, statuses);
      if (later.length === open.length) {
        if (Date.now() > until) throw stalled();
        await pause(500, signal);
      }
      [open, left] = [later.map(([item]) => item), later.map(([, sub]) => sub)];
    }
  }

  async #sign({ event }: Item): Promise<Submission> {
    checkEvent(event);
    return { jws: await signJws(this.#s.device, 'rootline-event', this.#s.job.net, event) };
  }

  /** Signs a row's event under another id: another tab with the same key was first to make the one that it had. */
  async #renewed({ row, event, entry: { key } }: Item): Promise<[Item, Submission]> {
    const entry = await this.#journal.renew(key, this.#s.device.kid);
    await this.#journal.sync();
    const item = { row, event: { ...event, id: entry.event }, entry };
    return [item, await this.#sign(item)];
  }

  /** Notes what the gateway said of each event; gives those whose fate is open. */
  async #settle(items: readonly Item[], subs: readonly Submission[], statuses: readonly EventStatus[]): Promise<[Item, Submission][]> {
    const { mode, id } = this.#s.job;
    const later: [Item, Submission][] = [];
    const done: Item[] = [];
    let before = 0;
    let over: RefusalShape | undefined;
    for (const [i, item] of items.entries()) {
      const { status, error } = statuses[i]!;
      if (mode === 'check' && status === 'acceptable') this.#counts.recorded++;
      else if (mode === 'check' && status === 'recorded') this.#counts.before++;
      else if (status === 'committed' || status === 'recorded') done.push(item);
      else if (status !== 'refused' || passing.has(error?.code ?? '')) later.push([item, subs[i]!]);
      else if (error !== undefined && ofAll.has(error.code)) over = error;
      else if (error?.code === 'event-id-reused' || error?.code === 'asset-exists') {
        // An earlier run recorded it and did not live to hear so: perhaps with another key, or with what the row said then.
        const same = await this.#patiently(() => isRecorded(this.#gateway, [item.entry.event, ...(item.entry.earlier ?? [])], subs[i]!.jws, this.#s.signal));
        if (same) {
          before++;
          done.push(item);
        } else if (error.code === 'event-id-reused') later.push(await this.#renewed(item));
        else this.#refuse(item.row, [this.#plan.keyFault(item.row, 'row-changed-after-import')]);
      } else this.#refuse(item.row, [this.#plan.blame(item.row, error ?? refuse('internal').shape())]);
    }
    await this.#journal.done(done.map((item) => item.entry.key), id);
    this.#counts.recorded += done.length - before;
    this.#counts.before += before;
    if (over !== undefined) throw Refusal.of(over);
    return later;
  }

  #patiently<T>(ask: () => Promise<T>): Promise<T> {
    return patiently(ask, this.#s.signal, (t) => this.#s.trouble?.(t));
  }
}

const stalled = (): Refusal =>
  new Refusal('import-stalled', {
    en: 'The gateway keeps events and does not get them recorded. Look at its readiness, then go on with this import: nothing is recorded twice.',
    zh: '网关已收下事件但未能上账。请检查网关状态，然后继续导入：不会重复记录。',
  });
