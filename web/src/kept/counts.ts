import { kept, write, type CountRecord } from './db';

export type { CountRecord } from './db';

/** Everything counted of a lot: an array is above every text. */
const ofLot = (lot: string): IDBKeyRange => IDBKeyRange.bound([lot], [lot, []]);

/** What was counted of a lot on this device, oldest first. */
export async function countOf(lot: string): Promise<CountRecord[]> {
  return (await (await kept()).getAll('counts', ofLot(lot))).sort((a, b) => a.at - b.at);
}

/** Keeps one counted code; `instead` is what it was counted as before it was known. Throws Refusal device-storage-full. */
export async function keepCount(record: CountRecord, instead?: string): Promise<void> {
  await write(['counts'], async (tx) => {
    if (instead !== undefined && instead !== record.code) await tx.objectStore('counts').delete([record.lot, instead]);
    await tx.objectStore('counts').put(record);
  });
}

export async function dropCounted(lot: string, code: string): Promise<void> {
  await write(['counts'], (tx) => tx.objectStore('counts').delete([lot, code]));
}

/** Forgets the whole count of a lot. */
export async function dropCount(lot: string): Promise<void> {
  await write(['counts'], (tx) => tx.objectStore('counts').delete(ofLot(lot)));
}
