import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';
import wasm from 'zxing-wasm/writer/zxing_writer.wasm?url';

prepareZXingModule({ overrides: { locateFile: () => wasm } });

/** A QR code as an SVG picture, made in this browser: what it holds goes to no server. Loaded only where one is shown. */
export async function qrPicture(text: string): Promise<Blob> {
  const { svg, error } = await writeBarcode(text, { format: 'QRCode', scale: 4 });
  if (svg === '') throw new Error(`no QR code: ${error}`);
  return new Blob([svg], { type: 'image/svg+xml' });
}
