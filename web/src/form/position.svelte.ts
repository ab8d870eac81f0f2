import { limits } from '../core/limits';
import type { Position } from '../core/types';

/** A position as the device found it. */
export interface Fix {
  readonly position: Position;
  readonly at: number;
}

/** Milliseconds after which a vaguer fix replaces a better one: the person has walked on. */
const stale = 15_000;
/** Milliseconds after which a fix is not where the device is now, once it was locked or lost its signal. */
const past = 60_000;

export type Trouble = 'denied' | 'none' | 'missing';

/** Micro-degrees and whole metres, rounded to the safe side; undefined when it is vaguer than the ledger takes. */
export function positionOf(c: { latitude: number; longitude: number; accuracy: number }): Position | undefined {
  const accuracy = Math.max(1, Math.ceil(c.accuracy));
  if (!(accuracy <= limits.accuracy)) return undefined;
  // Adding 0 makes no minus of nothing.
  return { lat: Math.round(c.latitude * 1e6) + 0, lon: Math.round(c.longitude * 1e6) + 0, accuracy };
}

/** Follows where the device is: the best fix of the last moments. */
export class Positioning {
  fix = $state.raw<Fix | undefined>(undefined);
  looking = $state(false);
  trouble = $state<Trouble | undefined>(undefined);
  #watch: number | undefined;
  /** When the page was last hidden. */
  #hidden = Infinity;

  /** Begins to look. The browser may ask the person. */
  start(): void {
    this.stop();
    this.trouble = undefined;
    const geolocation = globalThis.isSecureContext ? navigator.geolocation : undefined;
    if (geolocation === undefined) {
      this.trouble = 'missing';
      return;
    }
    this.looking = true;
    document.addEventListener('visibilitychange', this.#seen);
    this.#watch = geolocation.watchPosition(
      (p) => this.#take(p),
      (e) => {
        this.trouble = e.code === e.PERMISSION_DENIED ? 'denied' : 'none';
        if (e.code === e.PERMISSION_DENIED) this.stop();
      },
      { enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000 },
    );
  }

  #take(p: GeolocationPosition): void {
    const position = positionOf(p.coords);
    if (position === undefined) {
      this.trouble = this.fix === undefined ? 'none' : undefined;
      return;
    }
    this.trouble = undefined;
    const before = this.fix;
    const better = before === undefined || position.accuracy! <= before.position.accuracy! || p.timestamp - before.at > stale;
    if (better) this.fix = { position, at: p.timestamp };
  }

  /** The fix, unless the signal was lost too long ago. While there is one, browsers need not say again that the device stands still. */
  recent(now: number): Fix | undefined {
    return this.fix !== undefined && (this.trouble === undefined || now - this.fix.at <= past) ? this.fix : undefined;
  }

  /** A page that comes back after a while looks anew: the person may have walked on with the phone locked. */
  readonly #seen = (): void => {
    if (document.hidden) this.#hidden = Date.now();
    else if (Date.now() - this.#hidden > past) {
      this.fix = undefined;
      this.start();
    }
  };

  stop(): void {
    if (this.#watch !== undefined) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = undefined;
    this.#hidden = Infinity;
    document.removeEventListener('visibilitychange', this.#seen);
    this.looking = false;
  }

  drop(): void {
    this.stop();
    this.fix = undefined;
    this.trouble = undefined;
  }
}
