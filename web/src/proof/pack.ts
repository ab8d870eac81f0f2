import { crc32 } from '../core/zip';
import { limits } from '../core/limits';
import type { Anchor } from './anchor';
import { equal, nameOf, sha256, type Bytes } from './bytes';
import { Fault, need } from './fault';
import { inflate } from './inflate';
import type { Report } from './report';
import { verify, weakerInOrder, type Asked } from './verify';

/** How a ZIP begins. */
const magic = 0x04034b50;
const directoryMagic = 0x02014b50;
const endMagic = 0x06054b50;
const endBytes = 22;
const extension = '.rlproof';

/** Whether a file begins as a ZIP does. */
export async function isPack(file: Blob): Promise<boolean> {
  return file.size >= 4 && (await view(file, 0, 4)).getUint32(0, true) === magic;
}

/** Told after each item's proof how many of how many are verified. Throw to give up. */
export type Progress = (done: number, total: number) => void;

/**
 * Verifies a ZIP of a set's proof and its items': the set, then by the same anchor each item's proof that the set names, whose
 * hash must be the set's, and whose item must be in the state that the set names. What the set does not name must not be there.
 * Parts are read one after the other, so that the file is never in memory as a whole. Throws Fault.
 */
export async function verifyPack(file: Blob, anchor: Anchor | undefined, asked: Asked = {}, progress?: Progress): Promise<Report> {
  const parts = await readParts(file);
  const set = await verify(await take(file, parts, `set${extension}`), anchor, asked);
  need(set.kind === 'set', 'pack', `set${extension} is of another kind: ${set.kind}`);
  const named = set.items.filter((i) => i.proof !== undefined);
  const weaker = new Set(set.weaker);
  for (const [done, item] of named.entries()) {
    const own = await take(file, parts, `items/${item.code}${extension}`);
    need(equal(await sha256(own), item.proof!), 'part-hash', item.code);
    const report = await within(item.code, () => verify(own, anchor, { ...asked, code: item.code }));
    need(report.item?.seq === item.seq && equal(report.item.head, item.head), 'part-state', item.code);
    for (const code of report.weaker) weaker.add(code);
    progress?.(done + 1, named.length);
  }
  for (const name of parts.keys()) throw new Fault('unused', `the set names no ${JSON.stringify(name)}`);
  return { ...set, itemsProven: named.length, weaker: weakerInOrder.filter((c) => weaker.has(c)) };
}

/** Says of a fault which item's proof it is in. */
async function within<T>(code: string, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (e) {
    if (e instanceof Fault) throw new Fault(e.code, e.detail === '' ? code : `${code}: ${e.detail}`);
    throw e;
  }
}

/** A file of a ZIP, as its directory has it. */
interface Part {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** Reads the directory of a ZIP, in the narrow form that docs/proof.md has: so that all who verify find the same parts in it. */
async function readParts(file: Blob): Promise<Map<string, Part>> {
  need(file.size <= limits.setPack, 'too-large', `the ZIP has ${file.size} bytes`);
  need(file.size >= endBytes, 'pack', 'it ends too early');
  const end = await view(file, file.size - endBytes, file.size);
  const [count, length, begins] = [end.getUint16(10, true), end.getUint32(12, true), end.getUint32(16, true)];
  const whole = end.getUint32(0, true) === endMagic && end.getUint32(4, true) === 0 && end.getUint16(20, true) === 0 && begins + length === file.size - endBytes;
  need(whole, 'pack', 'it does not end as a ZIP does');
  need(count <= limits.setProofs + 1, 'too-large', `the ZIP holds ${count} files`);
  need(end.getUint16(8, true) === count, 'pack', 'its directory');
  const directory = await view(file, begins, begins + length);
  const read: { readonly name: string; readonly part: Part; readonly wide: boolean }[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    need(at + 46 <= length && directory.getUint32(at, true) === directoryMagic, 'pack', 'its directory');
    const [named, extra, comment] = [directory.getUint16(at + 28, true), directory.getUint16(at + 30, true), directory.getUint16(at + 32, true)];
    const after = at + 46 + named + extra + comment;
    need(after <= length, 'pack', 'its directory');
    const part = {
      flags: directory.getUint16(at + 8, true), method: directory.getUint16(at + 10, true), crc: directory.getUint32(at + 16, true),
      packed: directory.getUint32(at + 20, true), size: directory.getUint32(at + 24, true), offset: directory.getUint32(at + 42, true),
    };
    const wide = [part.packed, part.size, part.offset].includes(0xffffffff) || isWide(directory, at + 46 + named, extra);
    read.push({ name: nameOf(new Uint8Array(directory.buffer, at + 46, named)), part, wide });
    at = after;
  }
  need(at === length, 'pack', 'its directory');
  const parts = new Map<string, Part>();
  for (const { name, part, wide } of read) {
    need(!wide, 'pack', 'it has a form for long files');
    need(!parts.has(name), 'order', `${JSON.stringify(name)} is there twice`);
    parts.set(name, part);
  }
  return parts;
}

/** Whether the extra fields of a record have one of ZIP64. */
function isWide(v: DataView, from: number, length: number): boolean {
  for (let at = from; at + 4 <= from + length; at += 4 + v.getUint16(at + 2, true)) if (v.getUint16(at, true) === 1) return true;
  return false;
}

/** Reads a part, and leaves the others. */
async function take(file: Blob, parts: Map<string, Part>, name: string): Promise<Bytes> {
  const p = parts.get(name);
  need(p !== undefined, 'part-missing', name);
  parts.delete(name);
  need(p.packed <= 2 * limits.proof && p.size <= limits.proof, 'too-large', `${name} has ${p.size} bytes`);
  need(p.offset + 30 <= file.size, 'pack', name);
  const head = await view(file, p.offset, p.offset + 30);
  const begins = p.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  need(head.getUint32(0, true) === magic && begins + p.packed <= file.size, 'pack', name);
  const raw = new Uint8Array(await file.slice(begins, begins + p.packed).arrayBuffer());
  const b = p.method === 8 ? inflate(raw, limits.proof) : raw;
  need(b instanceof Uint8Array && (p.flags & 1) === 0 && (p.method === 0 || p.method === 8) && b.length === p.size && crc32(b) === p.crc, 'pack', name);
  return b;
}

const view = async (file: Blob, from: number, to: number): Promise<DataView<ArrayBuffer>> => new DataView(await file.slice(from, to).arrayBuffer());
