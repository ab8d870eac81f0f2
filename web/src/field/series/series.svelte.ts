import { app } from '../../app/app.svelte';
import { Followed, type Left } from '../../app/follow.svelte';
import type { Draft } from '../../core/event';
import { isRefusal, refusalOf } from '../../core/refusal';
import type { AssetView, Attachment, Text } from '../../core/types';
import { Filling } from '../../form/filling.svelte';
import type { Fix } from '../../form/position.svelte';
import { draftAt, draftKey, dropDraft, seriesKey } from '../../kept/drafts';
import { noteGiven, suggested } from '../../kept/given';
import { capture, letGo, takeBack } from '../../kept/queue';
import { leaveOut, signWalk, stand, stoodOn } from '../../kept/stood';
import type { QueueState } from '../../kept/types';
import { findItem } from '../../kept/works';
import { words } from '../../words/form';
import { words as seriesWords } from '../../words/series';
import type { AllowedAction } from '../../works/allowed';
import { obstacleTo } from '../../works/allowed';
import { formOf, photosOf, type FormField, type FormModel } from '../../works/form';
import { mostTogether } from '../../works/many';

/** Milliseconds in which the last scan can be taken back: it is signed and kept at once, and sent after that or with the next scan. */
export const grace = 4000;

/** One scan of a series, newest first in the list. */
export interface Scanned {
  readonly code: string;
  readonly at: number;
  readonly item?: AssetView;
  /** This phone knows nothing of it and nobody can be asked: whether it may be done is judged on sending. */
  readonly unseen?: true;
  /** soon: can be taken back. stood: on a walk that is not signed. The states of the queue follow. undone and wrong: nothing was recorded. */
  readonly state: 'looking' | 'asking' | 'soon' | 'stood' | 'undone' | 'wrong' | QueueState | Left;
  /** Why nothing was recorded, or what the ledger says. */
  readonly why?: Text;
  readonly id?: string;
  /** Of what was stood before: how exactly in metres it is known where, and how many photos were taken. */
  readonly accuracy?: number;
  readonly photos?: number;
}

const counted: ReadonlySet<Scanned['state']> = new Set(['soon', 'stood', 'waiting', 'sending', 'sent', 'committed']);

/** A scan with a form of its own. */
interface Asked {
  readonly row: string;
  readonly item: AssetView | undefined;
  readonly filling: Filling;
  /** The name under which its form is kept while it is filled in: that of the item's own form. */
  readonly at: string;
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
  /** The scan whose form has what it opens with, and whether it goes on from what was kept. */
  ready = $state.raw<{ readonly asked: Asked; readonly restored: boolean } | undefined>(undefined);
  /** The answers that go with every scan have what they open with, and whether they go on from what was kept. */
  begun = $state.raw<{ readonly restored: boolean } | undefined>(undefined);
  /** The name under which the answers that go with every scan are kept. */
  readonly at: string;
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
    /** The walk on which the scans are held until they are signed together, and the place whose list is walked. */
    readonly walk?: { readonly name: string; readonly place?: string },
  ) {
    this.form = formOf(chosen.action, chosen.kind, chosen.rulebook);
    this.common = new Filling(this.form);
    this.at = seriesKey(this.form.action, { book: this.form.book, kind: this.form.kind });
  }

  /** Takes up what goes with every scan where it was left, or suggests it. What is counted on is suggested at each. */
  async suggest(): Promise<void> {
    const [begun, given] = await Promise.all([draftAt(this.at).catch(() => undefined), suggested(this.form)]);
    this.begun = { restored: begun !== undefined };
    if (begun !== undefined) {
      this.common.restore(begun.answers, begun.photos);
      this.each = Object.fromEntries((begun.each ?? []).map((name) => [name, true]));
      return;
    }
    this.common.suggest(Object.fromEntries(this.form.fields.filter((f) => f.remember === 'last').flatMap((f) => (given[f.name] === undefined ? [] : [[f.name, given[f.name]!]]))));
  }

  /** Opens the form of a scan, and suggests what follows from the one before it, once that is noted. */
  #open(asked: Asked | undefined, noted: Promise<void> = Promise.resolve()): void {
    this.asking = asked;
    this.ready = undefined;
    if (asked === undefined) return;
    const nothing = (): undefined => undefined;
    void noted.catch(nothing).then(() => Promise.all([draftAt(asked.at).catch(nothing), suggested(asked.filling.form).catch(nothing)])).then(([begun, given = {}]) => {
      const each = asked.filling.form.fields.filter((f) => this.asksEach(f));
      const of = <T>(from: Readonly<Record<string, T>>): Record<string, T> => Object.fromEntries(each.flatMap((f) => (from[f.name] === undefined ? [] : [[f.name, from[f.name]!]])));
      // What goes with every scan is not asked for here: of a form that was begun elsewhere only the scan's own is taken up.
      if (begun !== undefined) asked.filling.restore({ ...begun.answers, fields: of(begun.answers.fields) }, begun.photos);
      else asked.filling.suggest(of(given));
      // Only now is it shown: what somebody gives before would be written over.
      if (this.asking === asked) this.ready = { asked, restored: begun !== undefined };
    });
  }

  get count(): number {
    return this.rows.filter((r) => (this.walk === undefined ? counted.has(r.state) : r.state === 'stood')).length;
  }

  /** Takes up a walk where it was left. */
  async resume(): Promise<void> {
    if (this.walk === undefined) return;
    for (const { code, at, item, draft, photos } of await stoodOn(this.walk.name)) this.#put({ code, at, ...about(item), state: 'stood', ...held(draft, photos) });
  }

  /** Signs what was stood before of these codes. Throws what captureAll throws. */
  async sign(codes: ReadonlySet<string>): Promise<void> {
    if (this.walk === undefined) return;
    const { rows } = await signWalk(this.walk.name, codes, this.form.title);
    const events = new Map(rows.map((r) => [r.code, r.event]));
    this.rows = this.rows.map((r) => {
      const id = events.get(codeOf(r));
      return id === undefined ? r : { ...r, state: 'waiting', id };
    });
    for (const id of events.values()) this.#followed.add(id);
  }

  /** Leaves out what was stood before: one item, or all of the walk. */
  async leaveOut(code?: string): Promise<void> {
    if (this.walk === undefined) return;
    await leaveOut(this.walk.name, code);
    const out = (r: Scanned): boolean => r.state === 'stood' && (code === undefined || codeOf(r) === code);
    this.rows = this.rows.map((r) => (out(r) ? { ...r, state: 'undone', why: seriesWords.both('undone') } : r));
  }

  /** Asked at each scan: what the person said so of, and what is needed and was left empty. */
  asksEach = (f: FormField): boolean => this.each[f.name] === true || (!f.optional && this.#empty(f));

  #empty(f: FormField): boolean {
    const v = this.common.fields[f.name];
    return v === undefined || v === '' || (Array.isArray(v) && v.every((one) => (typeof one === 'string' ? one.trim() === '' : Object.keys(one).length === 0)));
  }

  /** Whether a scan asks for something of its own besides a position. */
  asks(code: string, form = this.form): boolean {
    return photosOf(form, code) > 0 || form.tag !== undefined || form.inputs !== undefined || form.refs !== undefined || form.amount?.need === 'required' || form.fields.some(this.asksEach);
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
      const action = kind.actions.find((a) => a.name === this.form.action)!;
      if (this.walk !== undefined && action.walk !== true) return this.#wrong(code, seriesWords.both('oneByOne'), item);
      const form = formOf(action, kind, book);
      await this.#begin(code, item, form);
    } catch (e) {
      // Work is done where there is no network, too, on what this phone never saw.
      if (isRefusal(e, 'not-kept')) return this.#begin(code, undefined, this.form);
      this.#wrong(code, refusalOf(e).says);
    }
  }

  async #begin(code: string, item: AssetView | undefined, form: FormModel): Promise<void> {
    if (this.walk !== undefined && this.count >= mostTogether) return this.#wrong(code, seriesWords.both('full', { n: mostTogether }), item);
    const own = new Filling(form, this.#given());
    own.fix = this.fix();
    const asks = this.asks(item?.id ?? code, form);
    if (form.place === 'required' && own.fix === undefined && !asks) return this.#wrong(code, seriesWords.both('noPosition'), item);
    const drafted = asks ? undefined : own.draft(item ?? { id: code });
    if (drafted !== undefined && 'draft' in drafted) {
      void noteGiven(form, drafted.draft.data);
      return this.#keep(code, item, drafted.draft, []);
    }
    this.#put({ code, at: Date.now(), ...about(item), state: 'asking' });
    const asked = { row: code, item, filling: own, at: draftKey(item?.id ?? code, form.action) };
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
    if (this.asking !== undefined) {
      this.#put({ code: this.asking.row, at: Date.now(), ...about(this.asking.item), state: 'undone', why: seriesWords.both('skipped') });
      void dropDraft(this.asking.at).catch(() => undefined);
    }
    this.#open(this.#later.shift());
  }

  async #keep(code: string, item: AssetView | undefined, draft: Draft, photos: readonly Attachment[]): Promise<void> {
    try {
      if (this.walk !== undefined) {
        const { name, place } = this.walk;
        const at = Date.now();
        await stand({ walk: name, code: draft.asset, at, draft, photos, title: this.form.title, ...(place !== undefined && { place }), ...(item && { item }) });
        this.#put({ code, at, ...about(item), state: 'stood', ...held(draft, photos) });
        void dropDraft(draftKey(draft.asset, draft.action)).catch(() => undefined);
        return this.signal(true);
      }
      const { id } = await capture(draft, photos, this.form.title, grace);
      void dropDraft(draftKey(draft.asset, draft.action)).catch(() => undefined);
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
    const last = this.rows[0];
    if (last?.state === 'stood') return this.leaveOut(codeOf(last));
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

const held = (draft: Draft, photos: readonly Attachment[]): Pick<Scanned, 'accuracy' | 'photos'> => ({
  photos: photos.length, ...(draft.place?.accuracy !== undefined && { accuracy: draft.place.accuracy }),
});

/** The code that the event of a scan is about: the item's own. */
export const codeOf = (r: Scanned): string => r.item?.id ?? r.code;

/** When it was scanned, in both languages. */
function twice(at: number): { en: { age: string }; zh: { age: string } } {
  const s = Math.max(1, Math.round((Date.now() - at) / 1000));
  return s < 60
    ? { en: { age: `${s} s ago` }, zh: { age: `${s} 秒前` } }
    : { en: { age: `${Math.round(s / 60)} min ago` }, zh: { age: `${Math.round(s / 60)} 分钟前` } };
}
