import { BarcodeDetector as Ponyfill, prepareZXingModule } from 'barcode-detector/ponyfill';
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';

/** Finds codes in a picture. */
export interface Decoder {
  decode(picture: ImageBitmapSource): Promise<string[]>;
}

type Detector = { detect(picture: ImageBitmapSource): Promise<readonly { readonly rawValue: string }[]> };
type Native = { new (o: { formats: string[] }): Detector; getSupportedFormats(): Promise<readonly string[]> };

const formats = ['qr_code', 'data_matrix'] as const;

async function native(): Promise<Detector | undefined> {
  const own = (globalThis as { BarcodeDetector?: Native }).BarcodeDetector;
  if (own === undefined) return undefined;
  try {
    const known = await own.getSupportedFormats();
    return known.includes('qr_code') ? new own({ formats: formats.filter((f) => known.includes(f)) }) : undefined;
  } catch {
    return undefined; // there in name only, as on some desktops
  }
}

/** Fetches what openDecoder needs, without starting it: the worker keeps it for where there is no network. */
export async function fetchDecoder(): Promise<void> {
  if ((await native()) === undefined) await fetch(wasm);
}

/** The browser's own decoder where it has one, else one that this site brings along. It is kept for use without a network. */
export async function openDecoder(): Promise<Decoder> {
  let detector = await native();
  if (detector === undefined) {
    // Only from here: by itself the library would ask a host that is not ours.
    await prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasm : prefix + path) }, fireImmediately: true });
    detector = new Ponyfill({ formats: [...formats] });
  }
  const by = detector;
  return {
    decode: async (picture) => (await by.detect(picture)).map((c) => c.rawValue).filter((text) => text !== ''),
  };
}
