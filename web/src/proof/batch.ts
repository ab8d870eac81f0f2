import { Decompress } from 'fzstd';
import { encode } from '../core/base64url';
import { limits } from '../core/limits';
import { joinAll, type Bytes } from './bytes';
import { NotCanonical, readCbor, TooManyItems, type Cbor, type Key } from './cbor';

const version = 1;
const magic = [0x28, 0xb5, 0x2f, 0xfd];

class TooLong extends Error {}

/** The JWS of a batch, the argument of Record (chaincode/wire), in their compact form; undefined when it is none. */
export function unpackBatch(argument: Bytes): readonly string[] | undefined {
  if (argument[0] !== version) return undefined;
  const unpacked = unpack(argument.subarray(1));
  if (unpacked === undefined) return undefined;
  try {
    const events = readCbor(unpacked, { nesting: 8, elements: limits.batchEvents, pairs: limits.batchEvents, items: limits.batchItems, plain: true });
    return Array.isArray(events) && events.length > 0 && (events as readonly Cbor[]).every(isEvent) ? events.map(compact) : undefined;
  } catch (e) {
    if (e instanceof NotCanonical || e instanceof TooManyItems) return undefined;
    throw e;
  }
}

type Packed = ReadonlyMap<Key, Cbor>;

/** What each member of an event is: header, payload and signature, or a text; the proof of its place on a list. */
const bytes = (v: Cbor): boolean => v instanceof Uint8Array;
const members: ReadonlyMap<Key, (v: Cbor) => boolean> = new Map<Key, (v: Cbor) => boolean>([
  [1, bytes], [2, bytes], [3, bytes], [4, (v) => typeof v === 'string'], [5, (v) => v === null || Array.isArray(v)],
]);

const isEvent = (e: Cbor): e is Packed => e instanceof Map && [...(e as Packed)].every(([key, v]) => members.get(key)?.(v) === true);

function compact(e: Packed): string {
  const text = e.get(4);
  if (typeof text === 'string') return text;
  return [1, 2, 3].map((n) => e.get(n)).map((b) => encode(b instanceof Uint8Array ? b : new Uint8Array(0))).join('.');
}

/** Unpacks a Zstandard frame within the bounds; undefined for what is none. */
function unpack(frame: Bytes): Bytes | undefined {
  if (!oneFrame(frame) || window(frame) > limits.unpacked) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((part) => {
    length += part.length;
    if (length > limits.unpacked) throw new TooLong();
    parts.push(part.slice());
  });
  try {
    stream.push(frame, true);
  } catch {
    return undefined; // whatever the library makes of damaged bytes
  }
  return joinAll(parts);
}

/** Whether it is exactly one frame (RFC 8878, 3.1.1) without a dictionary, and nothing beside it. */
function oneFrame(frame: Bytes): boolean {
  if (!magic.every((b, i) => frame[i] === b)) return false;
  const descriptor = frame[magic.length] ?? 0xff;
  if ((descriptor & 0x0b) !== 0) return false; // a reserved bit, or the id of a dictionary
  let at = magic.length + 1 + [0, 2, 4, 8][descriptor >> 6]!;
  if ((descriptor & 0x20) === 0 || descriptor >> 6 === 0) at++; // the window's descriptor, or a content of one byte's length
  for (let last = false; !last; ) {
    if (at + 3 > frame.length) return false;
    const head = frame[at]! | (frame[at + 1]! << 8) | (frame[at + 2]! << 16);
    const kind = (head >> 1) & 3;
    if (kind === 3) return false;
    at += 3 + (kind === 1 ? 1 : head >> 3);
    last = (head & 1) !== 0;
  }
  return at + ((descriptor & 4) !== 0 ? 4 : 0) === frame.length; // the checksum
}

/** The window that the head of a frame asks for (RFC 8878, 3.1.1.1), in bytes. */
function window(frame: Bytes): number {
  const [descriptor = 0, first = 0] = frame.subarray(magic.length);
  if ((descriptor & 0x20) === 0) {
    const base = 2 ** (10 + (first >> 3));
    return base + (base / 8) * (first & 7);
  }
  // One segment: the window is as long as the content.
  const size = [1, 2, 4, 8][descriptor >> 6]!;
  let n = 0;
  for (let i = size - 1; i >= 0; i--) n = n * 256 + (frame[magic.length + 1 + i] ?? 0);
  return size === 2 ? n + 256 : n;
}
