import { sha256 } from '../core/hash';
import type { Attachment } from '../core/types';
import { smaller } from './smaller';

/** Makes a photo small enough to send from the field; the hash is of what is kept. Undefined for what is no picture. */
export async function shrink(file: Blob): Promise<Attachment | undefined> {
  const blob = (await aside(file)) ?? (await smaller(file));
  if (blob === undefined) return undefined;
  return { sha256: await sha256(blob), type: 'image/jpeg', size: blob.size, blob };
}

/** In a worker, so that the page stays free; undefined where that fails, and the page does it itself. */
function aside(file: Blob): Promise<Blob | undefined> {
  if (typeof Worker === 'undefined' || typeof OffscreenCanvas === 'undefined') return Promise.resolve(undefined);
  return new Promise((done) => {
    const worker = new Worker(new URL('./shrinker.ts', import.meta.url), { type: 'module' });
    const end = (blob: Blob | undefined): void => {
      worker.terminate();
      done(blob);
    };
    worker.onmessage = (e: MessageEvent<Blob | undefined>) => end(e.data);
    worker.onerror = () => end(undefined);
    worker.postMessage(file);
  });
}
