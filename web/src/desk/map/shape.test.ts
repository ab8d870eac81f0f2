import { describe, expect, it } from 'vitest';
import shapes from '../../../../testdata/shapes.json';
import { faultOfLine, faultOfOutline, selfCrossing } from './shape';

const points = (pairs: readonly (readonly number[])[]) => pairs.map(([lat, lon]) => ({ lat: lat!, lon: lon! }));

describe('a shape', () => {
  it.each(shapes)('is refused for what the ledger refuses it for: $name', ({ outline, line, fault }) => {
    expect([faultOfOutline(points(outline)), faultOfLine(points(line))].filter((f) => f !== undefined)).toEqual(fault === '' ? [] : [fault]);
  });
});

describe('an outline', () => {
  const at = (...pairs: number[]) => pairs.flatMap((lat, i) => (i % 2 ? [] : [{ lat, lon: pairs[i + 1]! }]));
  it.each([
    ['a bow tie', at(0, 0, 10, 10, 0, 10, 10, 0), { first: 0, second: 2, at: { lat: 5, lon: 5 } }],
    ['a corner on an edge', at(0, 0, 0, 10, 10, 10, 0, 5, 10, 0), { first: 0, second: 2, at: { lat: 0, lon: 5 } }],
    ['a spike', at(0, 0, 0, 10, 0, 5, 10, 5), { first: 0, second: 1, at: { lat: 0, lon: 10 } }],
    ['a square', at(0, 0, 0, 10, 10, 10, 10, 0), undefined],
    ['a corner on a straight edge', at(0, 0, 0, 5, 0, 10, 10, 5), undefined],
    ['a repeated corner', at(0, 0, 0, 10, 0, 10, 10, 10), undefined],
  ])('that meets itself is found, as the ledger finds it: %s', (_, outline, want) => expect(selfCrossing(outline)).toEqual(want));
});
