import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sha256 } from '../core/hash';
import { limits } from '../core/limits';
import { attach, mediaType, saveName, typeName } from './attach';
import { isShown, urlOf } from './show';

const jpeg = new Blob(['smaller'], { type: 'image/jpeg' });

beforeEach(() => {
  // A browser that draws JPEG alone.
  vi.stubGlobal('createImageBitmap', (f: Blob) => (f.type === 'image/jpeg' ? Promise.resolve({ width: 4000, height: 3000, close: () => undefined }) : Promise.reject(new Error('no picture'))));
  vi.stubGlobal('OffscreenCanvas', class { getContext(): object { return { drawImage: () => undefined }; } convertToBlob(): Promise<Blob> { return Promise.resolve(jpeg); } });
});
afterEach(() => vi.unstubAllGlobals());

it('a report goes with an event byte for byte, under its name and type', async () => {
  const bytes = new TextEncoder().encode('%PDF-1.7 report');
  const made = await attach(new File([bytes], '报告 7.pdf', { type: 'application/pdf' }), false);
  expect(made).toMatchObject({ name: '报告 7.pdf', type: 'application/pdf', size: bytes.length, sha256: await sha256(bytes) });
  expect(new Uint8Array(await (made as { blob: Blob }).blob.arrayBuffer())).toEqual(bytes);
});

it('a picture is made smaller, and one that cannot be drawn goes as it is', async () => {
  expect(await attach(new File(['photo'], 'a.jpg', { type: 'image/jpeg' }), false)).toMatchObject({ type: 'image/jpeg', size: jpeg.size, sha256: await sha256(jpeg) });
  expect(await attach(new File(['tiff'], 'a.tif', { type: 'image/tiff' }), false)).toMatchObject({ type: 'image/tiff', size: 4, name: 'a.tif' });
  expect(await attach(new File(['tiff'], 'a.tif', { type: 'image/tiff' }), true)).toBe('noPicture');
});

it('what is empty or larger than a gateway takes is said at once', async () => {
  expect(await attach(new File([], 'a.pdf'), false)).toBe('empty');
  const large = new File(['x'], 'a.pdf');
  Object.defineProperty(large, 'size', { value: limits.file + 1 });
  expect(await attach(large, false)).toBe('tooLarge');
});

it('a type is what the device says, else what the name says', () => {
  const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  const types = [['a.XLSX', ''], ['a.pdf', 'not a type'], ['a.csv', 'text/CSV; charset=utf-8'], ['a', ''], ['a.b', `x/${'y'.repeat(limits.mediaType)}`]].map(([name, type]) => mediaType({ name: name!, type: type! }));
  expect(types).toEqual([sheet, 'application/pdf', 'text/csv', 'application/octet-stream', 'application/octet-stream']);
  expect([sheet, 'image/jpeg', 'application/octet-stream', 'image/svg+xml', 'text/plain; charset=utf-8'].map(typeName)).toEqual(['XLSX', 'JPG', '', 'SVG', 'TXT']);
  expect(saveName({ sha256: 'ab'.repeat(32), type: sheet })).toBe('abababababab.xlsx');
});

it('what somebody attached is never opened as a page', () => {
  const seen: string[] = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation((b) => `blob:${seen.push((b as Blob).type)}`);
  for (const type of ['text/html', 'image/svg+xml', 'application/pdf', 'image/png']) urlOf(new Blob(['x'], { type }));
  expect(seen).toEqual(['application/octet-stream', 'application/octet-stream', 'application/octet-stream', 'image/png']);
  expect(isShown('image/svg+xml')).toBe(false);
  vi.restoreAllMocks();
});
