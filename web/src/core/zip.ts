// ZIP without compression (APPNOTE 6.3.10): photos are compressed already, and each stays a Blob of its own, so that an
// archive of a thousand photos is never in memory as a whole. Below 4 GiB and 65,535 files.

export interface ZipEntry {
  readonly name: string;
  readonly blob: Blob;
}

const local = 0x04034b50;
const central = 0x02014b50;
const end = 0x06054b50;
/** Names are in UTF-8. */
const utf8 = 0x0800;
/** 1980-01-01, the earliest date of the format: the file says nothing about when its parts were made. */
const date = 0x0021;

/** Makes an archive of the entries, in order. */
export async function zip(entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>): Promise<Blob> {
  const parts: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for await (const { name, blob } of entries) {
    const label = new TextEncoder().encode(name);
    const crc = crc32(new Uint8Array(await blob.arrayBuffer()));
    const common = [16, 20, 16, utf8, 16, 0, 16, 0, 16, date, 32, crc, 32, blob.size, 32, blob.size, 16, label.length, 16, 0];
    const head = joined(fields([32, local, ...common]), label);
    directory.push(joined(fields([32, central, 16, 20, ...common, 16, 0, 16, 0, 16, 0, 32, 0, 32, offset]), label));
    parts.push(head, blob);
    offset += head.length + blob.size;
  }
  const size = directory.reduce((n, d) => n + d.length, 0);
  const n = directory.length;
  return new Blob([...parts, ...directory, fields([32, end, 16, 0, 16, 0, 16, n, 16, n, 32, size, 32, offset, 16, 0])], { type: 'application/zip' });
}

/** The entries of an archive by name; undefined when it is none of this kind, or damaged. */
export async function unzip(archive: Blob): Promise<ReadonlyMap<string, Blob> | undefined> {
  const tail = await view(archive.slice(Math.max(0, archive.size - 65_557)));
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== end) at -= 1;
  if (at < 0) return undefined;
  const [count, size, start] = [tail.getUint16(at + 10, true), tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  if (start + size > archive.size) return undefined;
  const directory = await view(archive.slice(start, start + size));
  const entries = new Map<string, Blob>();
  for (let i = 0, p = 0; i < count; i++) {
    if (p + 46 > directory.byteLength || directory.getUint32(p, true) !== central || directory.getUint16(p + 10, true) !== 0) return undefined;
    const [length, nameLength] = [directory.getUint32(p + 20, true), directory.getUint16(p + 28, true)];
    const after = p + 46 + nameLength + directory.getUint16(p + 30, true) + directory.getUint16(p + 32, true);
    const offset = directory.getUint32(p + 42, true);
    if (after > directory.byteLength || offset + 30 > archive.size) return undefined;
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, p + 46, nameLength));
    const head = await view(archive.slice(offset, offset + 30));
    if (head.getUint32(0, true) !== local) return undefined;
    const data = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
    if (data + length > archive.size) return undefined;
    entries.set(name, archive.slice(data, data + length));
    p = after;
  }
  return entries;
}

const view = async (b: Blob): Promise<DataView<ArrayBuffer>> => new DataView(await b.arrayBuffer());

/** Little-endian numbers: each width in bits, then the value. */
function fields(pairs: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    for (let bit = 0; bit < pairs[i]!; bit += 8) bytes.push((pairs[i + 1]! >>> bit) & 0xff);
  }
  return Uint8Array.from(bytes);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

let table: Uint32Array | undefined;

/** CRC-32 of ISO 3309, as ZIP has it. */
export function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
  });
  let crc = 0xffffffff;
  for (const b of bytes) crc = table[(crc ^ b) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
