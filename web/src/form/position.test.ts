import { describe, expect, it } from 'vitest';
import { contains } from './places';
import { Positioning, positionOf } from './position.svelte';

describe('positionOf', () => {
  it.each([
    [{ latitude: 38.9123454, longitude: 115.9123456, accuracy: 7.2 }, { lat: 38_912_345, lon: 115_912_346, accuracy: 8 }],
    [{ latitude: -0.0000001, longitude: -115.5, accuracy: 0 }, { lat: 0, lon: -115_500_000, accuracy: 1 }],
    [{ latitude: 1, longitude: 2, accuracy: 10_001 }, undefined],
    [{ latitude: 1, longitude: 2, accuracy: Number.NaN }, undefined],
  ])('%j', (c, want) => expect(positionOf(c)).toEqual(want));
});

describe('a fix', () => {
  it('stands for where the device is for a minute after the signal was lost', () => {
    const here = new Positioning();
    expect(here.recent(0)).toBeUndefined();
    here.fix = { position: { lat: 1, lon: 2, accuracy: 5 }, at: 1_000 };
    expect(here.recent(90_000)).toBe(here.fix);
    here.trouble = 'none';
    expect([here.recent(61_000), here.recent(61_001)]).toEqual([here.fix, undefined]);
  });
});

describe('contains', () => {
  const square = { id: 'p', kind: 'plot', title: { en: '', zh: '' }, outline: [{ lat: 0, lon: 0 }, { lat: 0, lon: 100 }, { lat: 100, lon: 100 }, { lat: 100, lon: 0 }] };
  it.each([
    [{ lat: 50, lon: 50 }, true],
    [{ lat: 150, lon: 50 }, false],
    [{ lat: 50, lon: -1 }, false],
  ])('%j: %s', (p, want) => expect(contains(square, p)).toBe(want));
  it('is false without an outline', () => expect(contains({ ...square, outline: [] }, { lat: 0, lon: 0 })).toBe(false));
});
