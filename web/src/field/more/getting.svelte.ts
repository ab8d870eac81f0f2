import { refusalOf, type RefusalShape } from '../../core/refusal';

/** One download to the phone at a time: which it is, how far it is, and what went wrong. */
export class Getting {
  /** What is being downloaded, by the id of its row. */
  id = $state<string | undefined>(undefined);
  /** How many items have come. */
  items = $state(0);
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  #stop = new AbortController();

  /** Downloads unless something else is under way. What was stopped is no trouble. */
  async run(id: string, work: (progress: (p: { readonly items: number }) => void, signal: AbortSignal) => Promise<unknown>): Promise<void> {
    if (this.id !== undefined) return;
    const stop = new AbortController();
    [this.#stop, this.id, this.items, this.trouble] = [stop, id, 0, undefined];
    try {
      await work((p) => (this.items = p.items), stop.signal);
    } catch (e) {
      if (!stop.signal.aborted) this.trouble = refusalOf(e).shape();
    }
    this.id = undefined;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Does what needs no download, and keeps what goes wrong. */
  async attempt(work: () => Promise<unknown>): Promise<void> {
    await work().catch((e: unknown) => (this.trouble = refusalOf(e).shape()));
  }
}
