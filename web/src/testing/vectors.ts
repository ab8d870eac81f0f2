import { readAnchor, type Anchor } from '../proof/anchor';
import { joinAll, unhex, type Bytes } from '../proof/bytes';
import type { Asked } from '../proof/verify';

/** A file of proof/vectors/vectors.json, and what must be said of it. */
export interface Vector {
  readonly name: string;
  readonly anchor: Anchor;
  readonly asked: Asked;
  /** Why it is refused, or the first thing in which it is weaker than asked; "" when it is valid. */
  readonly code: string;
  readonly exit: number;
  readonly file: Bytes;
  /** What the report says, as the command prints it; undefined when it is refused. */
  readonly summary: Readonly<Record<string, unknown>> | undefined;
}

/** The table as docs/proof.md describes it. */
interface Table {
  readonly pool: readonly string[];
  readonly anchors: readonly unknown[];
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  readonly vectors: readonly {
    readonly name: string;
    readonly anchor: number;
    readonly asked: { readonly code?: string; readonly nonce?: string; readonly orgs?: number; readonly maxAgeSeconds?: number; readonly now?: string };
    readonly code: string;
    readonly exit: number;
    readonly file: readonly (readonly [number, number])[];
    readonly summary?: Readonly<Record<string, number>>;
  }[];
}

/** Reads the table. Each file is put together when it is asked for. */
export function readVectors(text: string): readonly Vector[] {
  const t = JSON.parse(text) as Table;
  const pool = joinAll(t.pool.map((line) => Uint8Array.from(atob(line), (c) => c.charCodeAt(0))));
  const anchors = t.anchors.map((a) => readAnchor(JSON.stringify(a)));
  return t.vectors.map((v) => ({
    name: v.name, anchor: anchors[v.anchor]!, code: v.code, exit: v.exit,
    asked: {
      code: v.asked.code, nonce: v.asked.nonce === undefined ? undefined : unhex(v.asked.nonce), organisations: v.asked.orgs,
      maxAge: v.asked.maxAgeSeconds === undefined ? undefined : v.asked.maxAgeSeconds * 1000, now: v.asked.now === undefined ? undefined : Date.parse(v.asked.now),
    },
    get file() {
      return joinAll(v.file.map(([from, n]) => pool.subarray(from, from + n)));
    },
    summary: v.summary && Object.fromEntries(Object.entries(v.summary).map(([field, i]) => [field, t.values[field]![i]])),
  }));
}
