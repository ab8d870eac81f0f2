import { kept, write, type BookDraft } from './db';

export type { BookDraft } from './db';

/** What somebody began to write of a book; undefined when there is nothing. */
export const bookDraft = async (book: string): Promise<BookDraft | undefined> => (await kept()).get('books', book);

/** Keeps a rulebook that is being written. Throws Refusal device-storage-full. */
export async function keepBookDraft(draft: BookDraft): Promise<void> {
  await write(['books'], (tx) => tx.objectStore('books').put(draft));
}

/** What was begun, the last changed first. */
export const bookDrafts = async (): Promise<BookDraft[]> => (await (await kept()).getAll('books')).sort((a, b) => b.changed - a.changed);

export async function dropBookDraft(book: string): Promise<void> {
  await write(['books'], (tx) => tx.objectStore('books').delete(book));
}
