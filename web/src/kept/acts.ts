import { getMeta, write, type Meta, type NotedActs } from './db';

export type { NotedActs } from './db';

/** What was signed for many items at once on this device, the last first, until somebody puts it away. */
export const notedActs = async (): Promise<readonly NotedActs[]> => (await getMeta('acts')) ?? [];

/** Puts a note away. Its events go their way. */
export async function putAway(id: string): Promise<void> {
  await write(['meta'], async (tx) => {
    const all = ((await tx.objectStore('meta').get('acts')) as Meta['acts'] | undefined) ?? [];
    await tx.objectStore('meta').put(all.filter((a) => a.id !== id), 'acts');
  });
}
