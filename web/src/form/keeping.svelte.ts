import type { Attachment, Text } from '../core/types';
import { dropDraft, keepDraft } from '../kept/drafts';
import type { Answers } from '../works/answers';

/** What is filled in now, and under which name it is kept. */
export interface Filled {
  readonly at: string;
  readonly answers: Answers;
  readonly photos: readonly Attachment[];
  readonly title?: Text;
  /** The fields that a series asks at each scan. */
  readonly each?: readonly string[];
  /** It goes on from what was kept before. */
  readonly restored: boolean;
}

/** Keeps what is filled in on this device. What was never touched is no draft, and what was recorded is none any more. */
export class Keeping {
  readonly #untouched = new Map<string, string>();
  readonly #over = new Set<string>();

  /** `of` reads what is filled in now; undefined while nothing is. `failed` is told why something could not be kept. */
  constructor(private readonly of: () => Filled | undefined, private readonly failed: (e: unknown) => void) {}

  /** Notes how a form stood when it opened. */
  note(): void {
    const now = this.of();
    if (now !== undefined && !this.#untouched.has(now.at)) this.#untouched.set(now.at, now.restored ? '' : said(now));
  }

  async keep(): Promise<void> {
    const now = this.of();
    if (now === undefined || this.#over.has(now.at) || said(now) === this.#untouched.get(now.at)) return;
    const { at, answers, photos, title, each } = now;
    // A position is of its moment, and the list of a lot is made of its codes.
    await keepDraft(at, { ...answers, place: undefined, list: undefined }, photos, title, each).catch(this.failed);
  }

  /** It was recorded, or is not wanted any more. */
  async drop(): Promise<void> {
    const now = this.of();
    if (now === undefined) return;
    this.#over.add(now.at);
    await dropDraft(now.at).catch(() => undefined);
  }
}

const said = (f: Filled): string => JSON.stringify([{ ...f.answers, place: undefined, list: undefined }, f.photos.map((p) => p.sha256), f.each]);

/** Milliseconds after which what was typed is kept. */
const soon = 300;

/** Keeps a page's form as it is typed, and once more when the page is left. To be called while the page is made. */
export function keepTyped(of: () => Filled | undefined, failed: (e: unknown) => void): Keeping {
  const keeping = new Keeping(of, failed);
  $effect(() => {
    keeping.note();
    of();
    const timer = setTimeout(() => void keeping.keep(), soon);
    return () => clearTimeout(timer);
  });
  $effect(() => () => void keeping.keep());
  return keeping;
}
