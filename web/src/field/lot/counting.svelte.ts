import { isRefusal, refusalOf, type RefusalShape } from '../../core/refusal';
import { countOf, dropCount, dropCounted, keepCount } from '../../kept/counts';
import { findItem } from '../../kept/works';

/** looking: being asked. counted: of the lot. unchecked: counted, nobody could be asked yet. other: of another lot, or of none. unknown: nobody knows the code. */
export type CountState = 'looking' | 'counted' | 'unchecked' | 'other' | 'unknown';

export interface Tally {
  readonly code: string;
  readonly at: number;
  readonly state: CountState;
  /** The lot that it is of, where that is another one. */
  readonly lot?: string;
}

/** What the last scan was, for eye and ear. */
export type Heard = 'counted' | 'unchecked' | 'other' | 'unknown' | 'twice' | 'self';

export interface Last {
  readonly heard: Heard;
  readonly code: string;
  readonly lot?: string;
  /** When it was counted first, for "twice". */
  readonly at?: number;
}

/** How many of those not counted stay in view. */
const wrongKept = 20;

/**
 * Counts the items of a lot, one scan after the other. What is counted is kept on the phone at once, so that a count goes
 * on after a break; a code that nobody could be asked about counts, and is asked about again.
 */
export class Counting {
  /** Newest first. */
  rows = $state.raw<readonly Tally[]>([]);
  wrong = $state.raw<readonly Tally[]>([]);
  last = $state.raw<Last | undefined>(undefined);
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  /** When the count was begun, where it goes on from before. */
  begun = $state.raw<number | undefined>(undefined);
  /** Codes that lead to a counted item: its own, and the tag that was scanned. */
  readonly #seen = new Map<string, string>();
  #checking: Promise<void> | undefined;

  constructor(
    readonly lot: string,
    private readonly tell: (good: boolean) => void,
  ) {}

  get count(): number {
    return this.rows.filter((r) => r.state === 'counted' || r.state === 'unchecked').length;
  }

  get unchecked(): number {
    return this.rows.filter((r) => r.state === 'unchecked').length;
  }

  /** Goes on where the count was left. */
  async resume(): Promise<void> {
    await this.#try(async () => {
      const kept = await countOf(this.lot);
      const here = new Set(this.rows.map((r) => r.code));
      const before = kept.filter((c) => !here.has(c.code));
      for (const c of before) this.#seen.set(c.code, c.code);
      this.rows = [...this.rows, ...before.toReversed().map((c) => ({ code: c.code, at: c.at, state: c.checked ? 'counted' : 'unchecked' }) as const)];
      this.begun = kept[0]?.at;
    });
    await this.check();
  }

  async scan(code: string, now = Date.now()): Promise<void> {
    this.trouble = undefined;
    if (code === this.lot) return this.#say({ heard: 'self', code });
    const own = this.#seen.get(code);
    if (own !== undefined) return this.#twice(own, code);
    this.#seen.set(code, code);
    this.rows = [{ code, at: now, state: 'looking' }, ...this.rows];
    const verdict = await this.#judge(code);
    // The item was counted already under another of its codes, or by another scan meanwhile.
    if (verdict.code !== code && this.#seen.has(verdict.code)) {
      this.rows = this.rows.filter((r) => r.code !== code);
      this.#seen.set(code, verdict.code);
      return this.#twice(verdict.code, code);
    }
    this.#settle(code, { ...verdict, at: now });
    if (verdict.state === 'counted' || verdict.state === 'unchecked') {
      await this.#try(() => keepCount({ lot: this.lot, code: verdict.code, at: now, checked: verdict.state === 'counted' }));
      this.begun ??= now;
    }
    this.#say({ heard: verdict.state, code: verdict.code, ...(verdict.lot !== undefined && { lot: verdict.lot }) });
  }

  /** Asks again about what could not be asked about. */
  check(): Promise<void> {
    return (this.#checking ??= this.#checkAll().finally(() => (this.#checking = undefined)));
  }

  async #checkAll(): Promise<void> {
    for (const row of this.rows.filter((r) => r.state === 'unchecked').toReversed()) {
      const verdict = await this.#judge(row.code);
      if (verdict.state === 'unchecked') return;
      const twice = verdict.code !== row.code && this.#seen.has(verdict.code);
      await this.#try(async () => {
        if (verdict.state === 'counted' && !twice) await keepCount({ lot: this.lot, code: verdict.code, at: row.at, checked: true }, row.code);
        else await dropCounted(this.lot, row.code);
      });
      if (twice) this.rows = this.rows.filter((r) => r.code !== row.code);
      else this.#settle(row.code, { ...verdict, at: row.at });
    }
  }

  /** Takes one out that was counted by mistake. */
  async drop(code: string): Promise<void> {
    await this.#try(() => dropCounted(this.lot, code));
    this.rows = this.rows.filter((r) => r.code !== code);
    this.#forget(code);
    if (this.last?.code === code) this.last = undefined;
  }

  /** Begins anew. */
  async clear(): Promise<void> {
    await this.#try(() => dropCount(this.lot));
    this.#seen.clear();
    [this.rows, this.wrong, this.last, this.begun] = [[], [], undefined, undefined];
  }

  async #judge(code: string): Promise<{ code: string; state: Exclude<CountState, 'looking'>; lot?: string }> {
    try {
      const found = await findItem(code);
      if (found === undefined) return { code, state: 'unknown' };
      const { id, lot } = found.item;
      if (lot === this.lot) return { code: id, state: 'counted' };
      // What is kept may be older than the lot's division.
      return found.kept ? { code: id, state: 'unchecked' } : { code: id, state: 'other', ...(lot !== undefined && { lot }) };
    } catch (e) {
      if (!isRefusal(e, 'not-kept')) this.trouble = refusalOf(e).shape();
      return { code, state: 'unchecked' };
    }
  }

  #settle(scanned: string, row: Tally): void {
    if (row.state === 'counted' || row.state === 'unchecked') {
      this.#seen.set(row.code, row.code);
      this.#seen.set(scanned, row.code);
      this.rows = this.rows.map((r) => (r.code === scanned ? row : r));
      return;
    }
    this.#forget(scanned);
    this.rows = this.rows.filter((r) => r.code !== scanned);
    this.wrong = [row, ...this.wrong.filter((w) => w.code !== row.code)].slice(0, wrongKept);
  }

  #forget(own: string): void {
    for (const [code, leads] of this.#seen) if (leads === own) this.#seen.delete(code);
  }

  #twice(own: string, code: string): void {
    const at = this.rows.find((r) => r.code === own)?.at;
    this.#say({ heard: 'twice', code, ...(at !== undefined && { at }) });
  }

  #say(last: Last): void {
    this.last = last;
    this.tell(last.heard === 'counted' || last.heard === 'unchecked');
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (e) {
      this.trouble = refusalOf(e).shape();
    }
  }
}

/** How a count stands to what is expected. */
export function difference(count: number, expected: number): { word: 'whole' | 'missing' | 'over'; n: number } {
  if (count === expected) return { word: 'whole', n: 0 };
  return count < expected ? { word: 'missing', n: expected - count } : { word: 'over', n: count - expected };
}
