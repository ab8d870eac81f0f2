import { limits } from '../../core/limits';
import type { Text } from '../../core/types';
import { path, read, readSigned } from '../read.svelte';

/** GET /api/v1/assets/{id}/trace, in columns. */
export interface ShortTrace {
  readonly truncated: boolean;
  readonly looks: readonly { readonly kindTitle: Text; readonly kind: string; readonly unit?: string; readonly stateTitle: Text; readonly state: string }[];
  readonly nodes: { readonly id: readonly string[]; readonly look: readonly number[]; readonly depth: readonly number[] };
  readonly edges: { readonly from: readonly number[]; readonly to: readonly number[]; readonly amount: readonly number[]; readonly possible: readonly number[]; readonly event?: readonly number[] };
  readonly events?: readonly string[];
}

export interface Relative {
  readonly id: string;
  /** Steps from the item: below 0 it comes from it, above it went into it. */
  readonly step: number;
  readonly kind: Text;
  readonly state: Text;
  /** It is not certain that it holds some, or that some of it went in. */
  readonly possible: boolean;
}

export interface Link {
  readonly from: string;
  readonly to: string;
  /** In the smallest unit of what went in. */
  readonly amount: number;
  /** The event that says so; none for what sleeps on the list of its lot. */
  readonly event?: string | undefined;
  readonly possible: boolean;
}

export interface Family {
  readonly relatives: readonly Relative[];
  readonly links: readonly Link[];
  readonly truncated: boolean;
}

/** Joins both directions of a trace into one picture around the item. */
export function family(back: ShortTrace, forward: ShortTrace | undefined): Family {
  const relatives = new Map<string, Relative>();
  const links = new Map<string, Link>();
  for (const [trace, sign] of [[back, -1], [forward, 1]] as const) {
    if (trace === undefined) continue;
    const doubtful = new Set(trace.edges.possible);
    const sure = new Set<number>([0]);
    // Edges come in the order of depth: what is certain spreads from the item outwards.
    trace.edges.from.forEach((from, i) => {
      const to = trace.edges.to[i] as number;
      const [near, far] = sign < 0 ? [to, from] : [from, to];
      if (!doubtful.has(i) && sure.has(near)) sure.add(far);
      const [a, b] = [trace.nodes.id[from] as string, trace.nodes.id[to] as string];
      links.set(`${a}>${b}`, { from: a, to: b, amount: trace.edges.amount[i] ?? 0, event: trace.events?.[trace.edges.event?.[i] ?? -1], possible: doubtful.has(i) });
    });
    trace.nodes.id.forEach((id, i) => {
      const look = trace.looks[trace.nodes.look[i] as number];
      if (look === undefined || relatives.has(id)) return;
      relatives.set(id, {
        id, step: (trace.nodes.depth[i] as number) * sign || 0, kind: title(look.kindTitle, look.kind), state: title(look.stateTitle, look.state), possible: !sure.has(i),
      });
    });
  }
  return { relatives: [...relatives.values()], links: [...links.values()], truncated: back.truncated || forward?.truncated === true };
}

const title = (t: Text, name: string): Text => (t.en || t.zh ? t : { en: name, zh: name });

/** Items that are read in each direction. */
export const mostTraced = limits.traceItems;

/** Where an item comes from and, for who is signed in, what it went into. Throws Refusal. */
export async function familyOf(code: string, signedIn: boolean): Promise<Family> {
  const route = `/api/v1/assets/${encodeURIComponent(code)}/trace`;
  const [back, forward] = await Promise.all([
    read<ShortTrace>(path(route, { direction: 'back', nodes: mostTraced })),
    signedIn ? readSigned<ShortTrace>(path(route, { direction: 'forward', nodes: mostTraced })) : undefined,
  ]);
  return family(back, forward);
}

export interface Box extends Relative {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly width: number;
  readonly height: number;
}

/** Width and height of a box, and the room between two. */
export const box = { width: 176, height: 44, across: 56, down: 14 } as const;

/** Columns by step, roots left; in each, what is linked to the column nearer to the item lies beside its links. */
export function layout(f: Family): Layout {
  const steps = [...new Set(f.relatives.map((r) => r.step))].sort((a, b) => a - b);
  const columns = new Map(steps.map((s) => [s, f.relatives.filter((r) => r.step === s)]));
  const tall = Math.max(1, ...[...columns.values()].map((c) => c.length));
  const height = tall * (box.height + box.down) - box.down;
  const near = neighbours(f);
  const middle = new Map<string, number>();
  const boxes: Box[] = [];
  for (const step of [...steps].sort((a, b) => Math.abs(a) - Math.abs(b))) {
    const wish = (r: Relative): number => {
      const known = (near.get(r.id) ?? []).flatMap((id) => middle.get(id) ?? []);
      return known.length === 0 ? 0 : known.reduce((a, b) => a + b, 0) / known.length;
    };
    const column = (columns.get(step) ?? []).map((r) => ({ r, at: wish(r) })).sort((a, b) => a.at - b.at || a.r.id.localeCompare(b.r.id));
    const top = (height - (column.length * (box.height + box.down) - box.down)) / 2;
    column.forEach(({ r }, i) => {
      const y = top + i * (box.height + box.down);
      middle.set(r.id, y);
      boxes.push({ ...r, x: steps.indexOf(step) * (box.width + box.across), y });
    });
  }
  return { boxes, width: Math.max(1, steps.length) * (box.width + box.across) - box.across, height };
}

/** What each is linked with. */
export function neighbours(f: Family): Map<string, string[]> {
  const near = new Map<string, string[]>();
  const add = (a: string, b: string): void => {
    const list = near.get(a);
    if (list === undefined) near.set(a, [b]);
    else list.push(b);
  };
  for (const l of f.links) {
    add(l.from, l.to);
    add(l.to, l.from);
  }
  return near;
}
