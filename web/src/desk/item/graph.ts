import { neighbours, type Family, type Relative } from './provenance';

/** Where a dot of a large picture lies, in its own units. */
export interface Dot {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** Room between two dots of a block, and between two blocks. */
const gap = { dot: 26, block: 140 } as const;

/** Dots of a column before it becomes another column of the same step. */
const tall = 40;

/**
 * Lays thousands of relatives out: steps from left to right, each a block of columns, in it what belongs to the same
 * neighbour nearer to the item lies together. Takes time in proportion to the links.
 */
export function dots(f: Family): Dot[] {
  const near = neighbours(f);
  const steps = [...new Set(f.relatives.map((r) => r.step))].sort((a, b) => a - b);
  const blocks = new Map(steps.map((s) => [s, f.relatives.filter((r) => r.step === s)]));
  const wide = new Map(steps.map((s) => [s, Math.ceil((blocks.get(s)?.length ?? 0) / tall)]));
  const left = new Map<number, number>();
  let x = 0;
  for (const s of steps) {
    left.set(s, x);
    x += (wide.get(s) ?? 1) * gap.dot + gap.block;
  }
  const order = new Map<string, number>();
  const out: Dot[] = [];
  for (const s of [...steps].sort((a, b) => Math.abs(a) - Math.abs(b))) {
    const wish = (r: Relative): number => {
      const known = (near.get(r.id) ?? []).flatMap((id) => order.get(id) ?? []);
      return known.length === 0 ? 0 : known.reduce((a, b) => a + b, 0) / known.length;
    };
    const block = (blocks.get(s) ?? []).map((r) => ({ r, at: wish(r) })).sort((a, b) => a.at - b.at || (a.r.id < b.r.id ? -1 : 1));
    const rows = Math.min(tall, block.length);
    block.forEach(({ r }, i) => {
      const [column, row] = [Math.floor(i / tall), i % tall];
      const y = (row - (Math.min(rows, block.length - column * tall) - 1) / 2) * gap.dot;
      order.set(r.id, i / Math.max(1, block.length));
      out.push({ id: r.id, x: (left.get(s) ?? 0) + column * gap.dot, y });
    });
  }
  return out;
}

/** The list of a family as it goes into a file: the relatives, then what went into what. */
export const familyRows = (f: Family, language: 'en' | 'zh'): (string | number)[][] => [
  ['direction', 'steps', 'code', 'kind', 'state', 'certain'],
  ...f.relatives.map((r) => [r.step < 0 ? 'back' : r.step > 0 ? 'forward' : 'self', Math.abs(r.step), r.id, r.kind[language], r.state[language], r.possible ? 'possible' : 'certain']),
];

/** The links of a family as they go into a file. */
export const linkRows = (f: Family): (string | number)[][] => [
  ['from', 'to', 'amount', 'event', 'certain'],
  ...f.links.map((l) => [l.from, l.to, l.amount, l.event ?? '', l.possible ? 'possible' : 'certain']),
];
