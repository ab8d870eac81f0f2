import { refusalOf, type RefusalShape } from '../core/refusal';
import { scan, settle, unchecked, type Ask, type ScanRow, type Session } from './walk';

/** What became of a scan: its row and whether it was a repeated one; late when the walk had ended before its turn came. */
export type Heard = { readonly row: ScanRow; readonly again: boolean } | 'late';

/**
 * A walk being made. What changes it comes one after the other, however long an answer takes: no scan is lost to a question
 * that was asked before it, to looking up or to signing, and each sees what those before it left.
 */
export class Walking {
  session = $state.raw<Session | undefined>(undefined);
  /** Something that a button began is under way. Scans go on meanwhile, and wait for their turn. */
  busy = $state(false);
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  #turn: Promise<unknown> = Promise.resolve();

  /** `ask` tells where codes are, `keep` keeps each state of the walk before the next change begins. */
  constructor(private readonly ask: Ask, private readonly keep: (session: Session) => void | Promise<void>) {}

  /** Takes a state of the walk, and keeps it. */
  async take(session: Session): Promise<void> {
    await this.keep(session);
    this.session = session;
  }

  /** Takes a scan in its turn. Undefined when it could not be kept; trouble says why. */
  async scan(code: string, now: number): Promise<Heard | undefined> {
    let heard: Heard | undefined = 'late';
    const kept = await this.#next(async (session) => {
      const { session: then, row, again } = await scan(session, code, now, this.ask);
      await this.take(then);
      heard = { row, again };
    });
    return kept ? heard : undefined;
  }

  /** Asks again about what nobody could be asked about. */
  look(): Promise<boolean> {
    return this.once(async (session) => this.take(await settle(session, this.ask)));
  }

  /** Signs what was scanned before, unless something of it was not looked up, and ends the walk; when that fails, it goes on. */
  sign(work: (session: Session) => Promise<void>): Promise<boolean> {
    return this.once(async (session) => {
      if (unchecked(session) > 0) return;
      await work(session);
      this.session = undefined;
    });
  }

  /** Ends the walk without signing it. */
  drop(work: () => void | Promise<void>): Promise<boolean> {
    return this.once(async () => {
      await work();
      this.session = undefined;
    });
  }

  /** Does in its turn what a button asks for; a second press meanwhile does nothing. Answers whether it was done. */
  async once(work: (session: Session) => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      return await this.#next(work);
    } finally {
      this.busy = false;
    }
  }

  #next(work: (session: Session) => Promise<void>): Promise<boolean> {
    const turn = this.#turn.then(async () => {
      this.trouble = undefined;
      try {
        if (this.session !== undefined) await work(this.session);
        return true;
      } catch (e) {
        this.trouble = refusalOf(e).shape();
        return false;
      }
    });
    this.#turn = turn;
    return turn;
  }
}
