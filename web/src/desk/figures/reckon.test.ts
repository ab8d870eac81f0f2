import { describe, expect, it } from 'vitest';
import { gap, heights, share, signed, topmost } from './reckon';
import type { PlacePlan } from './types';

const plan = (place: string, more: Partial<PlacePlan> = {}): PlacePlan => ({ place, title: { en: place, zh: place }, planned: 10, done: 3, ...more });

describe('figures', () => {
  it('draws bars against the tallest', () => {
    expect(heights([0, 5, 10])).toEqual([0, 500, 1000]);
    expect(heights([0, 0])).toEqual([0, 0]);
  });

  it('says all only of all', () => {
    expect(share(999, 1000)).toBe('99.9');
    expect(share(9999, 10_000)).toBe('99.9');
    expect(share(7, 7)).toBe('100');
    expect(share(1, 3)).toBe('33.3');
    expect(share(0, 0)).toBe('0');
  });

  it('writes the sign of a change', () => {
    expect([signed(1200), signed(-3), signed(0)]).toEqual(['+1\u202f200', '−3', '+0']);
  });

  it('shows the outermost places that have a plan', () => {
    expect(topmost([plan('forest/1'), plan('forest/1/2'), plan('forest/10'), plan('lake/3/1')]).map((p) => p.place)).toEqual(['forest/1', 'forest/10', 'lake/3/1']);
  });

  it('knows what is due only where weeks say so', () => {
    expect(gap(plan('a'))).toBeUndefined();
    expect(gap(plan('a', { due: 5 }))).toBe(-2);
  });
});
