import * as api from '../core/api';
import { isRefusal, refuse } from '../core/refusal';
import { parseJws, readJson } from '../core/jws';
import type { ActionView, AssetView, EventBody, RulebookView } from '../core/types';
import { kept, write } from './db';
import { currentDevice } from './device';
import { keepItem, keptItem } from './items';
import { queuedFor } from './queue';
import { rulebook } from './rulebooks';
import { noteScan } from './scans';
import type { FoundItem, ItemLife, Queued } from './types';

export { itemsOf, near } from './items';
export { dropPlace, keepPlace, keptPlaces, place, places, placesShown } from './places';
export { currentRulebooks, rulebook } from './rulebooks';
export { scans } from './scans';

/** Milliseconds that the gateway gets before what is kept is shown. Without anything kept, it gets longer. */
const patience = 2_000;
const longPatience = 10_000;
/** How many lives are kept. */
const keptLives = 200;

/**
 * The item behind a code or a tag: what the gateway says if it answers soon, else what is kept here; with this device's own
 * unsent events applied. Undefined when the gateway knows no such code; Refusal not-kept when nobody can be asked and
 * nothing is kept. Every call is noted as a scan, unless `quiet`.
 */
export async function findItem(code: string, options: { quiet?: boolean } = {}): Promise<FoundItem | undefined> {
  const note = (asset: string): Promise<void> => (options.quiet ? Promise.resolve() : noteScan(code, asset).catch(() => undefined));
  const here = await keptItem(code);
  const told = await ask(code, here !== undefined);
  const item = told.item ?? (told.unknown ? undefined : here?.item);
  const own = await queuedFor(item?.id ?? code);
  const base = item ?? (await created(code, own));
  await note(base?.id ?? (told.unknown ? 'unknown' : 'unseen'));
  if (base === undefined) {
    if (told.unknown) return undefined;
    throw refuse('not-kept');
  }
  const ahead = await applied(base, own);
  const asOf = told.item !== undefined ? Date.now() : (here?.asOf ?? own[0]?.at ?? Date.now());
  return { item: ahead ?? base, kept: told.item === undefined, asOf, own, ahead: ahead !== undefined || item === undefined };
}

/** Asks the gateway; what it says is kept. Neither member is set when it does not answer. */
async function ask(code: string, hasKept: boolean): Promise<{ item?: AssetView; unknown?: true }> {
  if (globalThis.navigator?.onLine === false) return {};
  try {
    const item = await api.asset(code, { timeout: hasKept ? patience : longPatience });
    // For want of room it is shown without being kept.
    await keepItem(item).catch(() => undefined);
    return { item };
  } catch (e) {
    if (isRefusal(e) && e.status === 404 && (e.code === 'not-found' || e.code === 'unknown-asset')) return { unknown: true };
    // What is no code is said so. Anything else that may pass, a sign-in or a gateway that starts, counts as no answer.
    if (isRefusal(e) && e.status !== 400 && e.status !== 422) return {};
    throw e;
  }
}

/** An item that only an own unsent event makes. */
async function created(code: string, own: readonly Queued[]): Promise<AssetView | undefined> {
  const maker = own.find((q) => q.asset === code && q.kind !== undefined && (q.state === 'waiting' || q.state === 'sending' || q.state === 'sent'));
  if (maker?.kind === undefined) return undefined;
  const [book, device] = [await bookOf(maker.rulebook), await currentDevice()];
  const kind = book?.kinds.find((k) => k.name === maker.kind);
  const by = device?.organisation ?? '';
  return {
    id: code, kind: maker.kind, rulebook: maker.rulebook, state: '', maker: by, custodian: by, seq: 0, head: '',
    changed: new Date(maker.at).toISOString(), kindTitle: kind?.title ?? { en: maker.kind, zh: maker.kind }, stateTitle: { en: '', zh: '' },
    tags: [], asleep: false, disputed: false, url: '', block: { number: 0, hash: '' },
    ...(kind !== undefined && { unit: kind.unit }),
  };
}

const bookOf = (name: string): Promise<RulebookView | undefined> =>
  rulebook(name).catch((e: unknown) => {
    if (isRefusal(e)) return undefined;
    throw e;
  });

/** The item as own events will leave it; undefined when they change nothing. Those refused or held are not applied. */
async function applied(item: AssetView, own: readonly Queued[]): Promise<AssetView | undefined> {
  const coming = own.filter((q) => q.asset === item.id && (q.state === 'waiting' || q.state === 'sending' || q.state === 'sent'));
  if (coming.length === 0) return undefined;
  const [book, device] = [await bookOf(item.rulebook), await currentDevice()];
  const kind = book?.kinds.find((k) => k.name === item.kind);
  let next = item;
  for (const q of coming) {
    const action = kind?.actions.find((a) => a.name === q.action);
    if (action === undefined || !startsAt(action, next.state)) continue; // the gateway may have it already
    const event = eventIn(q.jws);
    const state = action.to ? kind?.states.find((s) => s.name === action.to) : undefined;
    next = {
      ...next,
      ...(state !== undefined && { state: state.name, stateTitle: state.title }),
      ...(event?.place !== undefined && { position: event.place }),
      ...(action.takesCustody === true && device !== undefined && { custodian: device.organisation }),
      ...(event?.tag !== undefined && { tags: [...next.tags, event.tag] }),
      ...(action.creates === true && event?.amount !== undefined && { quantity: { total: event.amount, left: event.amount } }),
    };
  }
  return next === item ? undefined : next;
}

const startsAt = (action: ActionView, state: string): boolean => (action.creates === true ? state === '' : (action.from?.includes(state) ?? false));

const eventIn = (jws: string): EventBody | undefined => {
  const signed = parseJws(jws);
  return signed && (readJson(signed.payload) as EventBody | undefined);
};

/** The life of an item: from the gateway if it answers, else what is kept of it from the last look. Throws Refusal not-kept. */
export async function itemLife(code: string): Promise<ItemLife> {
  const db = await kept();
  const own = await queuedFor(code);
  if (globalThis.navigator?.onLine !== false) {
    try {
      const { items } = await api.assetEvents(code, 100, { timeout: longPatience });
      const asOf = Date.now();
      await keepLife(code, items, asOf).catch(() => undefined);
      return { events: items, own, kept: false, asOf };
    } catch (e) {
      if (!isRefusal(e)) throw e;
    }
  }
  const life = await db.get('lives', code);
  if (life !== undefined) return { events: life.events, own, kept: true, asOf: life.asOf };
  if (own.length > 0) return { events: [], own, kept: true, asOf: own[0]!.at };
  throw refuse('not-kept');
}

async function keepLife(id: string, events: ItemLife['events'], asOf: number): Promise<void> {
  await write(['lives'], async (tx) => {
    const store = tx.objectStore('lives');
    await store.put({ id, events, asOf });
    if ((await store.count()) > keptLives) await (await store.index('asOf').openCursor())?.delete();
  });
}
