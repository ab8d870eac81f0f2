// Reads the QR codes of a picture with the decoder that the field app carries: node e2e/decode.mjs PICTURE
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
prepareZXingModule({ overrides: { wasmBinary: (await readFile(wasm)).buffer } });
for (const { text } of await readBarcodes(new Blob([await readFile(process.argv[2])]), { formats: ['QRCode'] })) console.log(text);
