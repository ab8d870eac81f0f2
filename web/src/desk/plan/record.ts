import * as api from '../../core/api';
import type { Device } from '../../core/device';
import { checkEvent, eventOf } from '../../core/event';
import { instant } from '../../core/instant';
import { signJws } from '../../core/jws';
import { refuse, refusalOf, type RefusalShape } from '../../core/refusal';
import type { EventBody, Place } from '../../core/types';
import { newEventId } from '../../core/uuidv7';

/** Places that are sent in one go, and seconds that they wait for the ledger. */
const [some, wait] = [50, 30];

export interface Recorded {
  readonly done: readonly string[];
  readonly failed: ReadonlyMap<string, RefusalShape>;
}

/** Signs places and has them recorded, some at a time. What was refused or not answered for can be signed again. */
export async function recordPlaces(device: Device, places: readonly Place[], progress: (done: number) => void): Promise<Recorded> {
  const done: string[] = [];
  const failed = new Map<string, RefusalShape>();
  for (let i = 0; i < places.length; i += some) {
    const part = places.slice(i, i + some);
    try {
      const signed = await Promise.all(part.map((p) => signPlace(device, p)));
      const results = await api.submit(signed, wait);
      results.forEach((r, at) => {
        const id = part[at]?.id ?? '';
        if (r.status === 'committed') done.push(id);
        else failed.set(id, r.error ?? refuse('not-confirmed').shape());
      });
    } catch (e) {
      for (const p of part) failed.set(p.id, refusalOf(e).shape());
    }
    progress(Math.min(places.length, i + some));
  }
  return { done, failed };
}

async function signPlace(device: Device, place: Place): Promise<{ jws: string }> {
  const event: EventBody = { ...eventOf({ asset: '', action: 'place', rulebook: 'registry@1' }, { id: await newEventId(device.kid), at: instant(Date.now()) }), data: place as never };
  checkEvent(event);
  return { jws: await signJws(device, 'rootline-event', device.net, event) };
}
