import * as api from '../../core/api';
import type { Text } from '../../core/types';
import { withSession } from '../../kept/device';

/** GET /api/v1/assets/{id}/trace, as it is drawn: columns, with what nodes have in common written once. */
export interface ShortTrace {
  readonly root: string;
  readonly truncated: boolean;
  readonly block: { readonly number: number };
  readonly looks: readonly { readonly rulebook: string; readonly kind: string; readonly kindTitle: Text; readonly unit?: string; readonly state: string; readonly stateTitle: Text }[];
  readonly nodes: { readonly id: readonly string[]; readonly look: readonly number[]; readonly depth: readonly number[] };
  readonly edges: { readonly from: readonly number[]; readonly to: readonly number[]; readonly amount: readonly number[]; readonly possible?: readonly number[] };
}

export interface Ancestor {
  readonly id: string;
  readonly rulebook: string;
  readonly kind: string;
  readonly kindTitle: Text;
  readonly unit?: string;
  readonly state: string;
  readonly stateTitle: Text;
  /** Steps from the root. */
  readonly depth: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  readonly possible: boolean;
  /** Used for it and not used up: a mould. */
  readonly referred?: boolean;
}

export interface Ancestry {
  readonly root: string;
  readonly nodes: readonly Ancestor[];
  readonly edges: readonly Edge[];
  readonly truncated: boolean;
}

/** What an asset was made from. */
export async function ancestryOf(code: string): Promise<Ancestry> {
  const response = await withSession(() => api.request(`/api/v1/assets/${encodeURIComponent(code)}/trace?direction=back`));
  const t = (await response.json()) as ShortTrace;
  const possible = new Set(t.edges.possible);
  return {
    root: t.root,
    truncated: t.truncated,
    nodes: t.nodes.id.map((id, i) => ({ id, depth: t.nodes.depth[i]!, ...t.looks[t.nodes.look[i]!]! })),
    edges: t.edges.from.map((from, i) => ({ from: t.nodes.id[from]!, to: t.nodes.id[t.edges.to[i]!]!, amount: t.edges.amount[i]!, possible: possible.has(i) })),
  };
}

export interface Drawn {
  readonly node: Ancestor;
  readonly column: number;
  readonly row: number;
}

/**
 * Lays an ancestry out in columns, the roots at the left and the thing itself at the right. A node stands left of all that it
 * goes into, so that every line leads to the right; rows are kept near to what a node goes into.
 */
export function layout(t: Ancestry): { readonly drawn: readonly Drawn[]; readonly columns: number; readonly rows: number } {
  const level = new Map<string, number>(t.nodes.map((n) => [n.id, n.id === t.root ? 0 : 1]));
  for (let round = 0; round < t.nodes.length; round++) {
    let moved = false;
    for (const e of t.edges) {
      const want = (level.get(e.to) ?? 0) + 1;
      if (want > (level.get(e.from) ?? 0) && want <= t.nodes.length) {
        level.set(e.from, want);
        moved = true;
      }
    }
    if (!moved) break;
  }
  const columns = Math.max(...level.values()) + 1;
  const row = new Map<string, number>();
  const drawn: Drawn[] = [];
  let rows = 1;
  for (let l = 0; l < columns; l++) {
    const wish = (id: string): number => {
      const into = t.edges.filter((e) => e.from === id).map((e) => row.get(e.to) ?? 0);
      return into.length === 0 ? 0 : into.reduce((a, b) => a + b, 0) / into.length;
    };
    const here = t.nodes.filter((n) => level.get(n.id) === l).sort((a, b) => wish(a.id) - wish(b.id) || a.kind.localeCompare(b.kind) || a.id.localeCompare(b.id));
    here.forEach((node, i) => {
      row.set(node.id, i);
      drawn.push({ node, column: columns - 1 - l, row: i });
    });
    rows = Math.max(rows, here.length);
  }
  return { drawn, columns, rows };
}
