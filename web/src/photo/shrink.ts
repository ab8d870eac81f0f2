import { sha256 } from '../core/hash';
import type { Photo } from '../core/types';

/** The longer side of what is kept, in pixels, and the quality of the JPEG. */
const longest = 1600;
const quality = 0.82;

/** Makes a photo small enough to send from the field; the hash is of what is kept. Undefined for what is no picture. */
export async function shrink(file: Blob): Promise<Photo | undefined> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => undefined);
  if (picture === undefined) return undefined;
  try {
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
    if (blob === null) return undefined;
    return { sha256: await sha256(new Uint8Array(await blob.arrayBuffer())), type: 'image/jpeg', size: blob.size, blob };
  } finally {
    picture.close();
  }
}
