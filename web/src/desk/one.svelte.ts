import { refusalOf, type RefusalShape } from '../core/refusal';

/** What a page reads once: its value, or why there is none. */
export class One<T> {
  value = $state.raw<T | undefined>(undefined);
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  #turn = 0;

  async load(read: () => Promise<T>): Promise<void> {
    const turn = ++this.#turn;
    this.trouble = undefined;
    try {
      const value = await read();
      if (turn === this.#turn) this.value = value;
    } catch (e) {
      if (turn === this.#turn) this.trouble = refusalOf(e).shape();
    }
  }
}
