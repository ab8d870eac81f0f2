import type { Draft } from '../core/event';
import { refuse } from '../core/refusal';
import type { Photo, Text } from '../core/types';
import type { Committed, Queued } from './types';

/** Signs at once and keeps event and photos together or not at all. Throws Refusal: no-device, device-revoked, malformed-event, storage-full. */
export async function capture(_draft: Draft, _photos: readonly Photo[], _title: Text): Promise<Queued> { throw refuse('internal'); }
/** A page of the queue in order of capture; `after` is the order of the last one seen. */
export async function queue(_page: { after?: number; limit?: number } = {}): Promise<Queued[]> { throw refuse('internal'); }
export async function queued(_id: string): Promise<Queued | undefined> { throw refuse('internal'); }
/** Own events about an asset that are not committed, oldest first. */
export async function queuedFor(_asset: string): Promise<Queued[]> { throw refuse('internal'); }
/** The last events that the ledger committed, newest first. */
export async function committed(_limit = 50): Promise<Committed[]> { throw refuse('internal'); }
/** Calls back after every change of the queue, in any tab. Returns the end of it. */
export function watch(_changed: () => void): () => void { throw refuse('internal'); }
/** Puts a refused event back into the queue, and those that were held because of it. */
export async function retry(_id: string): Promise<void> { throw refuse('internal'); }
export async function retryAll(): Promise<number> { throw refuse('internal'); }
/** Throws a refused or held event away, with its photos, after the person said so. Those that waited for it are sent then; the ledger judges them. */
export async function discard(_id: string): Promise<void> { throw refuse('internal'); }
/** A zip file: queue.jsonl with the signed events, photos/ with the photos. Never a key. */
export async function exportQueue(): Promise<Blob> { throw refuse('internal'); }
/** Takes events of an exported queue, of any person: the signature is the authority. foreign are those of another ledger. */
export async function importQueue(_file: Blob): Promise<{ added: number; known: number; foreign: number }> { throw refuse('internal'); }
