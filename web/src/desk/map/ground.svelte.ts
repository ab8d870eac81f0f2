import { store } from '../../core/store';
import { readSigned } from '../read.svelte';

/** GET /api/v1/tiles */
export interface TilesView {
  readonly offered: boolean;
  readonly attribution?: string;
  readonly maxZoom?: number;
}

const key = 'rootline.ground';

/** Whether the gateway has pictures to put under maps, and whether the reader wants them: one answer for all maps. */
class Ground {
  offer = $state.raw<TilesView | undefined>(undefined);
  wanted = $state(false);
  #asked = false;

  /** Asks the gateway, once. Who may not ask has plain ground. */
  ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.wanted = store()?.getItem(key) === 'tiles';
    readSigned<TilesView>('/api/v1/tiles').then((offer) => (this.offer = offer), () => (this.#asked = false));
  }

  want(wanted: boolean): void {
    this.wanted = wanted;
    try {
      store()?.setItem(key, wanted ? 'tiles' : 'plain');
    } catch {
      // It holds until the page is left.
    }
  }
}

export const ground = new Ground();
