import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { expect, it } from 'vitest';
import { qrPath } from './qr';

/** The path as pixels: each dark run is "M x y h n v1 H x z". */
function pixels(text: string, scale: number): ImageData {
  const { size, path } = qrPath(text);
  const side = size * scale;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, n] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let py = Number(y) * scale; py < (Number(y) + 1) * scale; py++) {
      for (let px = Number(x) * scale; px < (Number(x) + Number(n)) * scale; px++) data.set([0, 0, 0], (py * side + px) * 4);
    }
  }
  return { data, width: side, height: side, colorSpace: 'srgb' } as ImageData;
}

it('is read back by the decoder of the app', async () => {
  const { readFileSync } = (await import('node:fs' as string)) as { readFileSync(from: URL): Uint8Array<ArrayBuffer> };
  const wasm = readFileSync(new URL('../../node_modules/zxing-wasm/dist/reader/zxing_reader.wasm', import.meta.url));
  prepareZXingModule({ overrides: { wasmBinary: wasm.buffer } });
  const link = `https://192.168.1.5:8443/enrol#${'eyJrIjoiTDE'.repeat(24)}`;
  const [read] = await readBarcodes(pixels(link, 4), { formats: ['QRCode'] });
  expect(read?.text).toBe(link);
});

it('has a quiet zone of four modules', () => {
  const { size, path } = qrPath('A');
  expect(size).toBe(21 + 8);
  expect(path.startsWith('M4 4h7')).toBe(true);
});
