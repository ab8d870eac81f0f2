import { untrack } from 'svelte';
import * as api from '../core/api';
import { withCaveats } from '../core/caveats';
import { refusalOf, type RefusalShape } from '../core/refusal';
import type { Page } from '../core/types';
import { withSession } from '../kept/device';
import { here } from './works/here.svelte';

/** Reads what anybody may read. Throws Refusal. */
export const read = async <T>(path: string): Promise<T> => (await (await api.request(path)).json()) as T;

/** Reads with this browser's session; without a device, as anybody. Throws Refusal. */
export const readSigned = <T>(path: string): Promise<T> => (here.device === undefined ? read<T>(path) : withSession(() => read<T>(path)));

/** The path of a route with its query; empty values are left out. */
export function path(route: string, values: Readonly<Record<string, string | number | undefined>> = {}): string {
  const query = new URLSearchParams(Object.entries(values).flatMap(([k, v]) => (v === undefined || v === '' ? [] : [[k, String(v)]])));
  return query.size === 0 ? route : `${route}?${query.toString()}`;
}

/** A list that is read page by page. */
export class Paged<T extends object> {
  items = $state.raw<readonly T[]>([]);
  next = $state.raw<string | undefined>(undefined);
  read = $state(false);
  busy = $state(false);
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  #turn = 0;
  #page: ((cursor?: string) => Promise<Page<T>>) | undefined;

  /**
   * Begins anew with another source. What the old one still answers is dropped. What calls this from an effect does not
   * depend on what is read, or it would begin anew with every page.
   */
  from(page: (cursor?: string) => Promise<Page<T>>): void {
    this.#page = page;
    [this.items, this.next, this.read] = [[], undefined, false];
    void this.more();
  }

  more(): Promise<void> {
    return untrack(() => this.#more());
  }

  async #more(): Promise<void> {
    if (this.#page === undefined) return;
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const { items, next } = withCaveats(await this.#page(this.next));
      if (turn !== this.#turn) return;
      [this.items, this.next, this.read, this.trouble] = [[...this.items, ...items], next || undefined, true, undefined];
    } catch (e) {
      if (turn === this.#turn) this.trouble = refusalOf(e).shape();
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }
}
