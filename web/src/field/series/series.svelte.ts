import { app } from '../../app/app.svelte';
import { Followed } from '../../app/follow.svelte';
import type { Draft } from '../../core/event';
import { isRefusal, refusalOf } from '../../core/refusal';
import type { AssetView, Attachment, Text } from '../../core/types';
import { Filling } from '../../form/filling.svelte';
import type { Fix } from '../../form/position.svelte';
import { noteGiven, suggested } from '../../kept/given';
import { capture, letGo, takeBack } from '../../kept/queue';
import type { QueueState } from '../../kept/types';
import { findItem } from '../../kept/works';
import { words } from '../../words/form';
import { words as seriesWords } from '../../words/series';
import type { AllowedAction } from '../../works/allowed';
import { obstacleTo } from '../../works/allowed';
import { formOf, type FormField, type FormModel } from '../../works/form';

/** Milliseconds in which the last scan can be taken back: it is signed and kept at once, and sent after that or with the next scan. */
export const grace = 4000;

/** One scan of a series, newest first in the list. */
export interface Scanned {
  readonly code: string;
  readonly at: number;
  readonly item?: AssetView;
  /** This phone knows nothing of it and nobody can be asked: whether it may be done is judged on sending. */
  readonly unseen?: true;
  /** soon: can be taken back. The states of the queue follow. undone and wrong: nothing was recorded. */
  readonly state: 'looking' | 'asking' | 'soon' | 'undone' | 'wrong' | QueueState | 'gone';
  /** Why nothing was recorded, or what the ledger says. */
  readonly why?: Text;
  readonly id?: string;
}

const counted: ReadonlySet<Scanned['state']> = new Set(['soon', 'waiting', 'sending', 'sent', 'committed']);

/** A scan with a form of its own. */
interface Asked {
  readonly row: string;
  readonly item: AssetView | undefined;
  readonly filling: Filling;
}

/** One action, chosen once, on one scanned thing after the other. */
export class Series {
  readonly form: FormModel;
  /** The answers that go with every scan. */
  readonly common: Filling;
  /** The data fields that are asked at each scan, by name. */
  each = $state<Record<string, boolean>>({});
  rows = $state.raw<readonly Scanned[]>([]);
  /** The scan whose own answers are being given. */
  asking = $state.raw<Asked | undefined>(undefined);
  /** Scans that were looked up meanwhile, in their order. */
  readonly #later: Asked[] = [];
  #pending: { readonly code: string; readonly id: string; readonly timer: ReturnType<typeof setTimeout> } | undefined;
  readonly #followed = new Followed((news) => (this.rows = this.rows.map((r) => ({ ...r, ...(r.id !== undefined && news.get(r.id)) }))));

  constructor(
    readonly chosen: AllowedAction,
    /** Where the device is now; undefined when it does not know, or no longer. */
    private readonly fix: () => Fix | undefined,
    /** Says a scan aloud and by touch. */
    private readonly signal: (good: boolean) => void,
  ) {
    this.form = formOf(chosen.action, chosen.kind, chosen.rulebook);
    this.common = new Filling(this.form);
  }

  /** Suggests what goes with every scan. What is counted on is suggested at each. */
  async suggest(): Promise<void> {
    const given = await suggested(this.form);
    this.common.suggest(Object.fromEntries(this.form.fields.filter((f) => f.remember === 'last').flatMap((f) => (given[f.name] === undefined ? [] : [[f.name, given[f.name]!]]))));
  }

  /** Opens the form of a scan, and suggests what follows from the one before it, once that is noted. */
  #open(asked: Asked | undefined, noted: Promise<void> = Promise.resolve()): void {
    this.asking = asked;
    if (asked === undefined) return;
    void noted.then(() => suggested(asked.filling.form)).then((given) => {
      const each = asked.filling.form.fields.filter((f) => this.asksEach(f));
      asked.filling.suggest(Object.fromEntries(each.flatMap((f) => (given[f.name] === undefined ? [] : [[f.name, given[f.name]!]]))));
    });
  }

  get count(): number {
    return this.rows.filter((r) => counted.has(r.state)).length;
  }

  /** Asked at each scan: what the person said so of, and what is needed and was left empty. */
  asksEach = (f: FormField): boolean => this.each[f.name] === true || (!f.optional && this.#empty(f));

  #empty(f: FormField): boolean {
    const v = this.common.fields[f.name];
    return v === undefined || v === '' || (Array.isArray(v) && v.every((one) => one.trim() === ''));
  }

  /** What each single scan asks for besides a position. */
  get perItem(): boolean {
    const { form } = this;
    return form.evidence > 0 || form.tag !== undefined || form.inputs !== undefined || form.refs !== undefined || form.amount?.need === 'required' || form.fields.some(this.asksEach);
  }

  /** Takes a scanned code up. */
  async scan(code: string): Promise<void> {
    if (this.asking !== undefined) {
      this.#say(this.asking.row, { why: seriesWords.both('busy') });
      return this.signal(false);
    }
    const before = this.rows.find((r) => r.code === code || r.item?.id === code || r.item?.tags.includes(code));
    if (before !== undefined && before.state !== 'wrong' && before.state !== 'undone') {
      if (before.state !== 'looking') this.#put({ ...before, why: seriesWords.both('twice', twice(before.at)) });
      return this.signal(false);
    }
    await this.settle();
    this.#put({ code, at: Date.now(), state: 'looking' });
    try {
      const found = await findItem(code);
      if (found === undefined) return this.#wrong(code, words.both('linkUnknown'));
      const { item } = found;
      const same = this.rows.find((r) => r.code !== code && r.item?.id === item.id && (r.state === 'asking' || counted.has(r.state)));
      if (same !== undefined) return this.#wrong(code, seriesWords.both('twice', twice(same.at)));
      const book = (await app.book(item.rulebook)) ?? this.chosen.rulebook;
      const barred = app.device && obstacleTo(item, app.device, book, { rulebook: this.chosen.rulebook, kind: this.form.kind, action: this.form.action });
      if (barred !== undefined) return this.#wrong(code, barred, item);
      const kind = book.kinds.find((k) => k.name === item.kind)!;
      // An item of an earlier version is judged by that version, and so is asked for what that one asks.
      const form = formOf(kind.actions.find((a) => a.name === this.form.action)!, kind, book);
      await this.#begin(code, item, form);
    } catch (e) {
      // Work is done where there is no network, too, on what this phone never saw.
      if (isRefusal(e, 'not-kept')) return this.#begin(code, undefined, this.form);
      this.#wrong(code, refusalOf(e).says);
    }
  }

  async #begin(code: string, item: AssetView | undefined, form: FormModel): Promise<void> {
    const own = new Filling(form, this.#given());
    own.fix = this.fix();
    if (form.place === 'required' && own.fix === undefined && !this.perItem) return this.#wrong(code, seriesWords.both('noPosition'), item);
    const drafted = this.perItem ? undefined : own.draft(item ?? { id: code });
    if (drafted !== undefined && 'draft' in drafted) {
      void noteGiven(form, drafted.draft.data);
      return this.#keep(code, item, drafted.draft, []);
    }
    this.#put({ code, at: Date.now(), ...about(item), state: 'asking' });
    const asked = { row: code, item, filling: own };
    if (this.asking === undefined) this.#open(asked);
    else this.#later.push(asked); // it was still being looked up when the form before it opened
    this.signal(true);
  }

  #given(): Record<string, string | boolean | string[] | undefined> {
    const all = $state.snapshot(this.common.fields) as Record<string, string | boolean | string[] | undefined>;
    return Object.fromEntries(Object.entries(all).filter(([name]) => this.each[name] !== true));
  }

  /** Records what was asked for a single scan. Answers false when something is missing. */
  async answer(): Promise<boolean> {
    const { asking } = this;
    if (asking === undefined) return true;
    await asking.filling.photosTaken;
    asking.filling.fix ??= this.fix();
    const drafted = asking.filling.draft(asking.item ?? { id: asking.row });
    if ('errors' in drafted) {
      asking.filling.errors = drafted.errors;
      return false;
    }
    if (this.asking !== asking) return true; // left out while a photo was made smaller
    this.#open(this.#later.shift(), noteGiven(asking.filling.form, drafted.draft.data));
    await this.#keep(asking.row, asking.item, drafted.draft, asking.filling.photos);
    return true;
  }

  /** Leaves the asked one out. */
  skip(): void {
    if (this.asking !== undefined) this.#put({ code: this.asking.row, at: Date.now(), ...about(this.asking.item), state: 'undone', why: seriesWords.both('skipped') });
    this.#open(this.#later.shift());
  }

  async #keep(code: string, item: AssetView | undefined, draft: Draft, photos: readonly Attachment[]): Promise<void> {
    try {
      const { id } = await capture(draft, photos, this.form.title, grace);
      await this.settle(); // one that was answered while this one was being kept
      this.#put({ code, at: Date.now(), ...about(item), state: 'soon', id });
      this.#pending = { code, id, timer: setTimeout(() => void (this.#pending?.id === id && this.settle()), grace) };
      this.signal(true);
    } catch (e) {
      this.#wrong(code, refusalOf(e).says, item);
    }
  }

  /** Takes the last scan back. */
  async undo(): Promise<void> {
    const pending = this.#pending;
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    this.#pending = undefined;
    if (await takeBack(pending.id)) this.#say(pending.code, { state: 'undone', why: seriesWords.both('undone') });
    else this.#follow(pending);
  }

  /** Lets go what can still be taken back: with the next scan, on leaving, or when its time is over. */
  async settle(): Promise<void> {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    clearTimeout(pending.timer);
    await letGo(pending.id);
    this.#follow(pending);
  }

  #follow({ code, id }: { readonly code: string; readonly id: string }): void {
    this.#say(code, { state: 'waiting' });
    this.#followed.add(id);
  }

  end(): void {
    void this.settle();
    this.#followed.end();
  }

  #wrong(code: string, why: Text, item?: AssetView): void {
    this.#put({ code, at: Date.now(), state: 'wrong', why, ...(item && { item }) });
    this.signal(false);
  }

  /** The row of a code comes first. */
  #put(row: Scanned): void {
    this.rows = [row, ...this.rows.filter((r) => r.code !== row.code)];
  }

  #say(code: string, more: Partial<Scanned>): void {
    this.rows = this.rows.map((r) => (r.code === code ? { ...r, ...more } : r));
  }
}

const about = (item: AssetView | undefined): Pick<Scanned, 'item' | 'unseen'> => (item === undefined ? { unseen: true } : { item });

/** When it was scanned, in both languages. */
function twice(at: number): { en: { age: string }; zh: { age: string } } {
  const s = Math.max(1, Math.round((Date.now() - at) / 1000));
  return s < 60
    ? { en: { age: `${s} s ago` }, zh: { age: `${s} 秒前` } }
    : { en: { age: `${Math.round(s / 60)} min ago` }, zh: { age: `${Math.round(s / 60)} 分钟前` } };
}
