import type { RulebookView, StateTone } from '../core/types';
import { kindOf, lookOf } from './rulebook';

/** The shapes of signs, each distinct from all others without any colour. */
export const shapes = ['circle', 'square', 'triangle', 'diamond', 'drop', 'cross', 'star', 'hexagon'] as const;

/**
 * How a state is drawn wherever it is said: a colour for how the thing stands (open, working, passed, accepted, failed, gone), and a
 * shape that tells it from the other states of its rulebook that stand alike. The second eight are hollow.
 */
export interface Sign {
  readonly colour: `--look-${StateTone}`;
  readonly shape: (typeof shapes)[number];
  readonly hollow: boolean;
}

/** The sign of a state, with its rulebook's name without the version, follows from its rulebook alone: no filter, and no other works, changes it. */
export function signOf(books: readonly RulebookView[], l: { readonly rulebook: string; readonly kind: string; readonly state: string }): Sign {
  const book = books.find((b) => b.book === l.rulebook && b.current);
  const standing = lookOf(book && kindOf(book, l.kind), l.state);
  let n = 0;
  for (const kind of book?.kinds ?? []) {
    for (const state of kind.states) {
      if (kind.name === l.kind && state.name === l.state) return signAt(standing, n);
      if (lookOf(kind, state.name) === standing) n++;
    }
  }
  return signAt(standing, 0);
}

const signAt = (standing: StateTone, n: number): Sign => ({ colour: `--look-${standing}`, shape: shapes[n % shapes.length]!, hollow: Math.floor(n / shapes.length) % 2 === 1 });

/** The outline of a shape around 0, 0 that reaches r from there, as the path of an SVG and of a canvas. */
export function outlineOf(shape: Sign['shape'], r: number): string {
  const corners = (n: number, from: number, inner = 1): string =>
    `M${Array.from({ length: inner === 1 ? n : 2 * n }, (_, i) => {
      const far = inner !== 1 && i % 2 === 1 ? r * inner : r;
      const turn = from + (2 * Math.PI * i) / (inner === 1 ? n : 2 * n);
      return `${(far * Math.cos(turn)).toFixed(2)} ${(far * Math.sin(turn)).toFixed(2)}`;
    }).join('L')}Z`;
  const a = (r * 0.36).toFixed(2);
  switch (shape) {
    case 'circle': return `M${-r * 0.9} 0a${r * 0.9} ${r * 0.9} 0 1 0 ${r * 1.8} 0a${r * 0.9} ${r * 0.9} 0 1 0 ${-r * 1.8} 0Z`;
    case 'square': return `M${-r * 0.8} ${-r * 0.8}H${r * 0.8}V${r * 0.8}H${-r * 0.8}Z`;
    case 'triangle': return corners(3, -Math.PI / 2);
    case 'diamond': return corners(4, -Math.PI / 2);
    case 'drop': return corners(3, Math.PI / 2);
    case 'cross': return `M-${a} -${r}H${a}V-${a}H${r}V${a}H${a}V${r}H-${a}V${a}H-${r}V-${a}H-${a}Z`;
    case 'star': return corners(5, -Math.PI / 2, 0.45);
    case 'hexagon': return corners(6, 0);
  }
}
