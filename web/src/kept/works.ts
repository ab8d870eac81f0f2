import { refuse } from '../core/refusal';
import type { Place, Position, RulebookView } from '../core/types';
import type { FoundItem, ItemLife, KeepProgress, KeptPlace, Near, Scan } from './types';

/** The item behind a code or tag: the gateway's answer if it comes within a short time, else what is kept; with own unsent events applied. undefined: nobody knows it; not-kept is thrown when there is no network to ask. Every call is noted as a scan. */
export async function findItem(_code: string): Promise<FoundItem | undefined> { throw refuse('internal'); }
export async function itemLife(_code: string): Promise<ItemLife> { throw refuse('internal'); }
/** Downloads a place, the places within it and their items, page by page; goes on where it was cut. */
export async function keepPlace(_place: string, _progress?: (p: KeepProgress) => void, _signal?: AbortSignal): Promise<KeptPlace> { throw refuse('internal'); }
export async function dropPlace(_place: string): Promise<void> { throw refuse('internal'); }
export async function keptPlaces(): Promise<KeptPlace[]> { throw refuse('internal'); }
/** Places within another, or the topmost: from the gateway, else what is kept. */
export async function places(_parent?: string): Promise<Place[]> { throw refuse('internal'); }
export async function place(_id: string): Promise<Place | undefined> { throw refuse('internal'); }
/** Kept items within so many metres, nearest first. */
export async function near(_at: Position, _metres: number, _limit = 200): Promise<Near[]> { throw refuse('internal'); }
/** Kept items of a place and of the places within it. */
export async function itemsOf(_place: string, _page: { after?: string; limit?: number } = {}): Promise<readonly import('../core/types').AssetView[]> { throw refuse('internal'); }
export async function rulebook(_name: string): Promise<RulebookView | undefined> { throw refuse('internal'); }
export async function currentRulebooks(): Promise<RulebookView[]> { throw refuse('internal'); }
/** The last scans, newest first; unknown ones only, if asked. */
export async function scans(_page: { limit?: number; unknown?: boolean } = {}): Promise<Scan[]> { throw refuse('internal'); }
