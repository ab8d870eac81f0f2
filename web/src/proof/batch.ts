import { Decompress } from 'fzstd';
import { encode } from '../core/base64url';
import { joinAll, type Bytes } from './bytes';
import { NotCanonical, readCbor, TooManyItems, type Cbor } from './cbor';

const version = 1;
const magic = [0x28, 0xb5, 0x2f, 0xfd];
/** What a batch unpacks to, and how far back its compression looks, at the most; how many events it has. */
const longest = 16 << 20;
const most = 1000;

class TooLong extends Error {}

/** The JWS of a batch, the argument of Record (chaincode/wire), in their compact form; undefined when it is none. */
export function unpackBatch(argument: Bytes): readonly string[] | undefined {
  if (argument[0] !== version) return undefined;
  const unpacked = unpack(argument.subarray(1));
  if (unpacked === undefined) return undefined;
  try {
    const events = readCbor(unpacked, { nesting: 4, elements: most, items: 100 * most, plain: true });
    return Array.isArray(events) ? (events as readonly Cbor[]).map(compact) : undefined;
  } catch (e) {
    if (e instanceof NotCanonical || e instanceof TooManyItems) return undefined;
    throw e;
  }
}

function compact(e: Cbor): string {
  if (!(e instanceof Map)) return '';
  const text = e.get(4) as Cbor | undefined;
  if (typeof text === 'string') return text;
  return [1, 2, 3].map((n) => e.get(n) as Cbor | undefined).map((b) => encode(b instanceof Uint8Array ? b : new Uint8Array(0))).join('.');
}

/** Unpacks a Zstandard frame within the bounds; undefined for what is none. */
function unpack(frame: Bytes): Bytes | undefined {
  if (!magic.every((b, i) => frame[i] === b) || window(frame) > longest) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((part) => {
    length += part.length;
    if (length > longest) throw new TooLong();
    parts.push(part.slice());
  });
  try {
    stream.push(frame, true);
  } catch {
    return undefined; // whatever the library makes of damaged bytes
  }
  return joinAll(parts);
}

/** The window that a frame's head asks for (RFC 8878, 3.1.1.1). */
function window(frame: Bytes): number {
  const [descriptor = 0, first = 0] = frame.subarray(magic.length);
  if ((descriptor & 0x20) === 0) {
    const base = 2 ** (10 + (first >> 3));
    return base + (base / 8) * (first & 7);
  }
  // One segment: the window is as long as the content. Before that may stand the id of a dictionary, which ours have not.
  if ((descriptor & 3) !== 0) return Number.POSITIVE_INFINITY;
  const size = [1, 2, 4, 8][descriptor >> 6]!;
  let n = 0;
  for (let i = size - 1; i >= 0; i--) n = n * 256 + (frame[magic.length + 1 + i] ?? 0);
  return size === 2 ? n + 256 : n;
}
