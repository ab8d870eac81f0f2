import type { AssetView } from '../core/types';
import { obstacleTo, type Actor, type AllowedAction } from '../works/allowed';
import { announce } from './changes';
import { kept, plain, write, type NotedActs, type StoodRecord } from './db';
import { itemsOf } from './items';
import { captureAll } from './queue';
import { rulebook } from './rulebooks';

// A walk: one action on one item after the other, each with its own position and time, and one signature at the end.

export type { StoodRecord } from './db';

/** The name of a device's walk with an action, whatever the rulebook's version: it is the same work under the next one. */
export const walkOf = (device: string, { rulebook: { book }, kind, action }: AllowedAction): string => [device, book, kind.name, action.name].join('/');

/** What walkOf put together. */
export function walkParts(walk: string): { readonly device: string; readonly book: string; readonly kind: string; readonly action: string } {
  const [device = '', book = '', kind = '', action = ''] = walk.split('/');
  return { device, book, kind, action };
}

const all = (walk: string): IDBKeyRange => IDBKeyRange.bound([walk], [walk, []]); // an array is above every text

/** What was stood before on a walk and is not signed, in that order. */
export const stoodOn = async (walk: string): Promise<StoodRecord[]> => (await (await kept()).getAll('stood', all(walk))).sort((a, b) => a.at - b.at);

/** Keeps what was done to an item. Throws Refusal device-storage-full. */
export async function stand(record: StoodRecord): Promise<void> {
  const { title, photos } = record;
  await write(['stood'], (tx) => tx.objectStore('stood').put({ ...record, title: { en: title.en, zh: title.zh }, photos: photos.map(plain) }));
  announce('queue');
}

/** Leaves one item out, or all of them. */
export async function leaveOut(walk: string, code?: string): Promise<void> {
  await write(['stood'], (tx) => tx.objectStore('stood').delete(code === undefined ? all(walk) : [walk, code]));
  announce('queue');
}

/** A walk that is not signed yet. */
export interface OpenWalk {
  readonly walk: string;
  readonly title: StoodRecord['title'];
  readonly place?: string;
  readonly items: number;
  readonly changed: number;
}

/** The walks of a device that are not signed yet, the last one first. */
export async function openWalks(device: string): Promise<OpenWalk[]> {
  const walks = new Map<string, OpenWalk>();
  for (const r of await (await kept()).getAll('stood')) {
    if (walkParts(r.walk).device !== device) continue;
    const before = walks.get(r.walk);
    const last = before === undefined || r.at >= before.changed ? r : { ...r, at: before.changed, place: before.place };
    walks.set(r.walk, { walk: r.walk, title: r.title, items: (before?.items ?? 0) + 1, changed: last.at, ...(last.place !== undefined && { place: last.place }) });
  }
  return [...walks.values()].sort((a, b) => b.changed - a.changed);
}

/** Signs what was stood before of these codes: each as an event of its own, all of them handed to the queue or none. Throws what captureAll throws. */
export async function signWalk(walk: string, codes: ReadonlySet<string>, title: StoodRecord['title']): Promise<NotedActs> {
  return captureAll((await stoodOn(walk)).filter((r) => codes.has(r.code)), title, walk);
}

/** What is kept here of a place that waits for an action, but for what this device has done about it already. */
export async function awaited(place: string, wanted: AllowedAction, actor: Actor): Promise<AssetView[]> {
  const db = await kept();
  const own = new Set((await db.getAll('queue')).flatMap((q) => q.writes));
  const done = new Map((await db.getAll('done')).filter((d) => d.action === wanted.action.name).map((d) => [d.asset, d.at]));
  const list: AssetView[] = [];
  for (let page = await itemsOf(place); page.length > 0; page = await itemsOf(place, { after: page.at(-1)! })) {
    for (const item of page) {
      if (item.kind !== wanted.kind.name || own.has(item.id) || (done.get(item.id) ?? 0) > Date.parse(item.changed)) continue;
      const book = await rulebook(item.rulebook).catch(() => undefined);
      const asked = { rulebook: wanted.rulebook, kind: wanted.kind.name, action: wanted.action.name };
      if (book !== undefined && obstacleTo(item, actor, book, asked) === undefined) list.push(item);
    }
  }
  return list;
}
