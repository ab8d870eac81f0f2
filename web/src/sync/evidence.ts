import { request } from '../core/api';
import { isRefusal, refuse } from '../core/refusal';
import { kept, write, type PhotoRecord } from '../kept/db';
import { withSession } from '../kept/device';

/** Bytes of one request: little enough that a poor line gets some through, enough that a good one is not slowed. */
const piece = 256 << 10;
/** Milliseconds for one piece, and for a whole file. */
const pieceTime = 60_000;
const wholeTime = 300_000;
/** How often a gateway may name another offset than the one that was sent before it is given up for now. */
const corrections = 4;

/** Uploads a photo that is kept on this device, from where an earlier try was cut. Throws Refusal photo-missing, unreachable, or the gateway's. */
export async function sendPhoto(hash: string, signal?: AbortSignal): Promise<void> {
  const photo = await (await kept()).get('photos', hash);
  if (photo === undefined) throw refuse('photo-missing');
  if (photo.sent) return;
  await withSession(() => upload(photo, signal));
  await markSent(hash, true);
}

/** Notes whether the gateway has a photo. */
export async function markSent(hash: string, sent: boolean): Promise<void> {
  await write(['photos'], async (tx) => {
    const photo = await tx.objectStore('photos').get(hash);
    if (photo !== undefined) await tx.objectStore('photos').put({ ...photo, sent });
  });
}

async function upload(photo: PhotoRecord, signal?: AbortSignal): Promise<void> {
  const path = `/api/v1/evidence/${photo.sha256}`;
  const head = await request(path, { method: 'HEAD', signal, also: [404] });
  const offset = offsetOf(head);
  if (head.ok && (offset === undefined || offset >= photo.size)) return; // it is whole
  try {
    await inPieces(path, photo, Math.min(offset ?? 0, photo.size), signal);
  } catch (e) {
    // A gateway that knows no pieces takes the whole.
    if (!isRefusal(e) || (e.status !== 405 && e.status !== 404 && e.status !== 501)) throw e;
    await request(path, { method: 'PUT', body: photo.blob, headers: { 'Content-Type': 'application/octet-stream' }, timeout: wholeTime, signal });
  }
}

async function inPieces(path: string, photo: PhotoRecord, from: number, signal?: AbortSignal): Promise<void> {
  let offset = from;
  for (let wrong = 0; ; ) {
    const response = await request(path, {
      method: 'PATCH',
      body: photo.blob.slice(offset, offset + piece),
      headers: { 'Content-Type': 'application/octet-stream', 'Upload-Offset': String(offset), 'Upload-Length': String(photo.size) },
      timeout: pieceTime, signal, also: [409],
    });
    if (response.status === 201 || response.status === 200) return;
    const next = offsetOf(response) ?? offset + piece;
    if (response.status === 409 || next <= offset) {
      wrong += 1;
      if (wrong > corrections) throw refuse('unreachable');
    }
    if (next >= photo.size && response.status !== 409) return;
    offset = Math.min(next, photo.size - 1);
  }
}

/** How many bytes the gateway has of a file that is not whole. */
function offsetOf(response: Response): number | undefined {
  const text = response.headers.get('Upload-Offset');
  const n = Number(text);
  return text !== null && Number.isSafeInteger(n) && n >= 0 ? n : undefined;
}
