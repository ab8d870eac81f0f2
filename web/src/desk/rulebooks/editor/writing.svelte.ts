import * as api from '../../../core/api';
import { isRefusal, refusalOf, type RefusalShape } from '../../../core/refusal';
import type { Text } from '../../../core/types';
import { dropBookDraft, keepBookDraft } from '../../../kept/bookDrafts';
import { withSession } from '../../../kept/device';
import { examplesAt } from '../rulebooks';
import { at, pointerOf, put, readText, textAt, type Path, type Plain, type ReadText } from './text';

/** One mistake of a draft, as POST /api/v1/rulebooks:check names it. */
export interface Mistake {
  /** The sort of mistake; stable. */
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly path?: string;
  readonly says: Text;
  readonly advice?: Text;
  readonly example?: string;
}

export interface DraftCheck {
  readonly problems: readonly Mistake[];
  readonly name?: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly examples: number;
  /** The words that say a field's type. */
  readonly types: readonly string[];
}

/** POST /api/v1/rulebooks:try */
export interface DraftTrial {
  readonly problems: readonly Mistake[];
  readonly histories: number;
  readonly stopped?: boolean;
  readonly allowed: number;
  readonly refused: number;
  readonly failures: readonly {
    readonly line: number;
    readonly history: string;
    readonly says: Text;
    readonly rule?: string;
    readonly check?: string;
    readonly saw?: readonly { readonly expression: string; readonly value: string }[];
  }[];
  readonly rules: readonly { readonly kind: string; readonly action: string; readonly code: string; readonly allows: boolean; readonly refuses: boolean }[];
  readonly unplayed: readonly string[];
}

/** How the text stands with the gateway's check. away: no gateway answered. */
export type Standing = 'none' | 'asking' | 'checked' | 'away';

/** Milliseconds after the last change at which the text is kept and checked. */
const quiet = 500;
/** A gateway plays examples for 15 s at most. */
const trialTime = 40_000;

/** Sends a text to a route of the gateway. Throws Refusal. */
export type Asker = <T>(route: string, yaml: string, timeout?: number) => Promise<T>;

const askGateway: Asker = async <T>(route: string, yaml: string, timeout?: number): Promise<T> =>
  (await (await withSession(() => api.request(route, { method: 'POST', json: { yaml }, ...(timeout !== undefined && { timeout }) }))).json()) as T;

/** A rulebook that is being written: its text, what the gateway says of it, and how its examples came out. */
export class Writing {
  readonly book: string;
  readonly from: string;
  #read = $state.raw<ReadText>(readText(''));
  examples = $state.raw('');
  standing = $state<Standing>('none');
  check = $state.raw<DraftCheck | undefined>(undefined);
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  trial = $state.raw<DraftTrial | undefined>(undefined);
  trying = $state(false);
  /** The text that the examples were played on. */
  #tried = $state('');
  /** When the text was kept on this device last, in milliseconds since 1970; 0 before. */
  keptAt = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  readonly #typing = new Set<() => void>();

  constructor(book: string, from: string, text: string, private readonly ask: Asker = askGateway) {
    [this.book, this.from] = [book, from];
    this.#take(text);
    this.later(0);
  }

  /** The rules alone, without the examples. */
  get rules(): string {
    return this.#read.text;
  }
  /** The whole file. */
  get text(): string {
    return this.rules + this.examples;
  }
  get value(): Plain {
    return this.#read.value;
  }
  get wrong(): ReadText['wrong'] {
    return this.#read.wrong;
  }
  get name(): string {
    return `${textAt(this.value, ['rulebook'])}@${textAt(this.value, ['version'])}`;
  }
  get mistakes(): readonly Mistake[] {
    return this.standing === 'checked' ? (this.check?.problems ?? []) : [];
  }
  /** Checked as it stands, without a mistake. */
  get good(): boolean {
    return this.standing === 'checked' && this.check?.problems.length === 0;
  }
  /** The examples of the text as it stands were played, and came out as they say. */
  get shown(): boolean {
    return this.trial !== undefined && this.#tried === this.text && this.trial.problems.length === 0 && this.trial.failures.length === 0 && this.trial.stopped !== true;
  }
  /** The examples were played on an earlier text. */
  get outdated(): boolean {
    return this.trial !== undefined && this.#tried !== this.text;
  }

  /** What is said of a control: the mistakes at its path, and with `below` those further in. */
  said(path: Path, below = false): readonly Mistake[] {
    const pointer = pointerOf(path);
    return this.mistakes.filter((m) => m.path === pointer || (below && m.path?.startsWith(`${pointer}/`)));
  }

  put(path: Path, value: Plain | undefined): void {
    const before = at(this.value, path);
    if (before === value) return;
    this.#read = put(this.#read, path, value);
    this.later(quiet);
  }

  /** The whole file as it was typed. */
  type(text: string): void {
    if (text === this.text) return;
    this.#take(text);
    this.later(quiet);
  }

  #take(text: string): void {
    const at = examplesAt(text);
    this.#read = readText(text.slice(0, at));
    this.examples = text.slice(at);
  }

  /** Notes what a control still holds back while somebody types. */
  typing(commit: () => void): () => void {
    this.#typing.add(commit);
    return () => this.#typing.delete(commit);
  }
  flush(): void {
    for (const commit of [...this.#typing]) commit();
  }

  later(delay: number): void {
    clearTimeout(this.#timer);
    this.standing = 'asking';
    this.#timer = setTimeout(() => void this.look(), delay);
  }

  /** Keeps the text, and has it checked. Never throws. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    this.standing = 'asking';
    this.trouble = undefined;
    try {
      const changed = Date.now();
      await keepBookDraft({ book: this.book, from: this.from, text: this.text, changed });
      this.keptAt = changed;
      const check = await this.ask<DraftCheck>('/api/v1/rulebooks:check', this.text);
      if (turn === this.#turn) [this.check, this.standing] = [check, 'checked'];
    } catch (e) {
      if (turn !== this.#turn) return;
      this.standing = 'away';
      if (!isRefusal(e, 'unreachable')) this.trouble = refusalOf(e).shape();
    }
  }

  /** Has the examples played on a ledger in the gateway's memory. */
  async play(): Promise<void> {
    this.flush();
    const text = this.text;
    this.trying = true;
    this.trouble = undefined;
    try {
      const trial = await this.ask<DraftTrial>('/api/v1/rulebooks:try', text, trialTime);
      [this.trial, this.#tried] = [trial, text];
    } catch (e) {
      this.trouble = refusalOf(e).shape();
    } finally {
      this.trying = false;
    }
  }

  async discard(): Promise<void> {
    this.stop();
    await dropBookDraft(this.book);
  }
  stop(): void {
    clearTimeout(this.#timer);
    this.#turn++;
  }
}
