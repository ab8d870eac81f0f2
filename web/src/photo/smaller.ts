/** The longer side of what is kept, in pixels, and the quality of the JPEG. */
const longest = 1600;
const quality = 0.82;

/** The picture as a smaller JPEG; undefined for what is no picture. It draws without a page, so a worker can do it. */
export async function smaller(file: Blob): Promise<Blob | undefined> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => undefined);
  if (picture === undefined) return undefined;
  try {
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const [width, height] = [picture.width, picture.height].map((n) => Math.max(1, Math.round(n * scale))) as [number, number];
    if (typeof OffscreenCanvas === 'undefined') return await onPage(picture, width, height);
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
    return await canvas.convertToBlob({ type: 'image/jpeg', quality });
  } finally {
    picture.close();
  }
}

/** Older browsers draw on the page only. */
async function onPage(picture: ImageBitmap, width: number, height: number): Promise<Blob | undefined> {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
  return (await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality))) ?? undefined;
}
