import * as api from '../core/api';
import type { Device } from '../core/device';
import { limits } from '../core/limits';
import { instant } from '../core/instant';
import { withCaveats } from '../core/caveats';
import type { AssetView, Judged, Page } from '../core/types';
import { withSession } from './device';
import { registryAct } from './registry';

/** rootline.Recall */
export interface Recall extends Judged {
  /** The id of the event that opened it. */
  readonly id: string;
  readonly asset: string;
  readonly rulebook: string;
  readonly reason: string;
  /** MSP id of who opened it. */
  readonly organisation: string;
  readonly opened: string;
  /** Until when each holder is to acknowledge. */
  readonly deadline: string;
  /** How many assets it ever froze, and how many of them it still holds. */
  readonly named: number;
  readonly frozen: number;
  readonly holders: readonly Holder[];
  readonly closed?: string;
  readonly outcome?: string;
}

/** An organisation that answers for recalled assets. */
export interface Holder {
  readonly organisation: string;
  readonly assets: number;
  readonly acknowledged?: string;
  readonly device?: string;
}

/** An asset that may hold some of another; without `possible` it certainly does. */
export interface Dependant {
  readonly asset: AssetView;
  readonly via?: string;
  readonly possible: boolean;
}

/** An asset that a recall froze; `held` until it is let go. */
export interface Recalled extends Dependant {
  readonly held: boolean;
}

async function read<T>(path: string): Promise<T> {
  const response = await withSession(() => api.request(path));
  return (await response.json()) as T;
}

/** Reads a list to its end, page by page. */
async function whole<T extends object>(path: string): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: Page<T> = await read(`${path}?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    all.push(...withCaveats(page).items);
    cursor = page.next || undefined;
  }
  return all;
}

/** A page of the recalls, the newest first. Throws Refusal. */
export const recalls = (cursor?: string): Promise<Page<Recall>> => read(`/api/v1/recalls?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
export const recallOf = (id: string): Promise<Recall> => read(`/api/v1/recalls/${encodeURIComponent(id)}`);
export const recalled = (id: string): Promise<Recalled[]> => whole(`/api/v1/recalls/${encodeURIComponent(id)}/assets`);

/** What depends on an asset, as far as one answer lists it; `truncated` when there is more. */
export interface Dependants {
  readonly items: readonly Dependant[];
  readonly truncated: boolean;
}

/** Everything that may hold some of an asset, and what was accepted with that, each after the one that it depends through. */
export const dependants = (code: string): Promise<Dependants> => read(`/api/v1/assets/${encodeURIComponent(code)}/dependants`);

/**
 * What a recall does not hold yet though it should: dependants that it did not name, and those of which it has become certain.
 * What was let go is not named again, nor what depends only through that.
 */
export const missing = (recall: Recall): Promise<Dependants> =>
  read(`/api/v1/assets/${encodeURIComponent(recall.asset)}/dependants?recall=${encodeURIComponent(recall.id)}`);

const named = (list: readonly Dependant[]): { asset: string; via?: string }[] =>
  list.map((d) => ({ asset: d.asset.id, ...(d.via && { via: d.via }) }));

/** In parts that one event takes each. */
export function parts<T>(list: readonly T[], size: number = limits.dependants): T[][] {
  const out: T[][] = [];
  for (let i = 0; i < list.length; i += size) out.push(list.slice(i, i + size));
  return out;
}

/**
 * Opens the recall of an asset and names its dependants, in as many events as they take. When a later one fails, the recall
 * is open, and adding what is missing goes on with it: `opened` is called before. Answers its id. Throws Refusal.
 */
export async function openRecall(device: Device, asset: string, reason: string, deadline: number, found: readonly Dependant[], opened: (id: string) => void): Promise<string> {
  const [first = [], ...more] = parts(found);
  const id = await registryAct(device, 'recall', {
    asset, reason, deadline: instant(deadline), ...(first.length > 0 && { dependants: named(first) }),
  });
  opened(id);
  for (const part of more) await registryAct(device, 'recall-add', { recall: id, dependants: named(part) });
  return id;
}

export async function extendRecall(device: Device, id: string, found: readonly Dependant[]): Promise<void> {
  for (const part of parts(found)) await registryAct(device, 'recall-add', { recall: id, dependants: named(part) });
}

/** Says that the device's organisation knows of the recall. */
export const acknowledge = (device: Device, id: string, note: string): Promise<string> =>
  registryAct(device, 'recall-acknowledge', { recall: id, ...(note !== '' && { note }) });

/** Lets assets go. */
export async function release(device: Device, id: string, assets: readonly string[], reason: string): Promise<void> {
  for (const part of parts(assets)) await registryAct(device, 'recall-release', { recall: id, assets: part, reason });
}

export const closeRecall = (device: Device, id: string, reason: string): Promise<string> => registryAct(device, 'recall-close', { recall: id, reason });

/** How an organisation stands towards a recall. */
export const standing = (holder: Holder, deadline: string, now: number): 'acknowledged' | 'late' | 'overdue' | 'waiting' => {
  const end = Date.parse(deadline);
  if (holder.acknowledged !== undefined) return Date.parse(holder.acknowledged) > end ? 'late' : 'acknowledged';
  return now > end ? 'overdue' : 'waiting';
};
