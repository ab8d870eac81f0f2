import type { Text } from '../../core/types';

/** A kind of a rulebook in a state: what the map tells apart. */
export interface Look {
  /** Without its version. */
  readonly rulebook: string;
  readonly works: Text;
  readonly kind: string;
  readonly state: string;
  readonly kindTitle: Text;
  readonly stateTitle: Text;
}

/** Positions in columns, as GET /api/v1/map gives them. Reading them touches no single one. */
export interface Points {
  readonly n: number;
  /** There are more than the gateway gives at once. */
  readonly more: boolean;
  readonly looks: readonly Look[];
  readonly block: number;
  /** Micro-degrees. */
  readonly lat: Int32Array;
  readonly lon: Int32Array;
  /** The place of each one's look in looks. */
  readonly look: Uint16Array;
  readonly code: (i: number) => string;
}

interface Header {
  readonly n: number;
  readonly width: number;
  readonly more: boolean;
  readonly looks: readonly Look[];
  readonly block: { readonly number: number };
}

/** Reads the columns: see PointsType in gateway/httpapi/map.go. Throws when they are cut off. */
export function readPoints(bytes: ArrayBuffer): Points {
  const text = new TextDecoder();
  const size = new DataView(bytes).getUint32(0, true);
  const { n, width, more, looks, block } = JSON.parse(text.decode(new Uint8Array(bytes, 4, size))) as Header;
  const start = 4 + size;
  const codes = new Uint8Array(bytes, start + n * 10, n * width);
  return {
    n, more, looks, block: block.number,
    lat: new Int32Array(bytes, start, n), lon: new Int32Array(bytes, start + 4 * n, n), look: new Uint16Array(bytes, start + 8 * n, n),
    code: (i) => text.decode(codes.subarray(i * width, (i + 1) * width)).trimEnd(),
  };
}

/** What a look is called in an address. */
export const nameOf = (l: Look): string => `${l.rulebook}.${l.kind}.${l.state}`;

/** How many there are of each look. */
export function countLooks(points: Points): number[] {
  const counts = new Array<number>(points.looks.length).fill(0);
  for (const l of points.look) counts[l]!++;
  return counts;
}
