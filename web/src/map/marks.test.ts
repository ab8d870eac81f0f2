import { expect, it } from 'vitest';
import { marks, stepOf } from './marks';

const corner = [{ lat: 0, lon: 0 }, { lat: 0, lon: 3000 }, { lat: 1000, lon: 3000 }];

it('stand at round chainages, around corners in proportion to the length', () => {
  const found = marks(corner, { from: 65_000_000, to: 65_400_000 }, 100_000);
  expect(found.map((m) => [m.at, Math.round(m.lat), Math.round(m.lon)])).toEqual([
    [65_000_000, 0, 0], [65_100_000, 0, 1000], [65_200_000, 0, 2000], [65_300_000, 0, 3000], [65_400_000, 1000, 3000],
  ]);
  expect(marks(corner, { from: 65_050_000, to: 65_450_000 }, 100_000).map((m) => m.at)).toEqual([65_100_000, 65_200_000, 65_300_000, 65_400_000]);
});

it.each([[[], 0, 1], [[corner[0]!, corner[0]!], 0, 1], [corner, 5, 5]])('none on a line without length, or of no stretch', (line, from, to) => {
  expect(marks(line, { from, to }, 100)).toEqual([]);
});

it.each([[3, 10_000], [11, 20_000], [60, 100_000], [201, 500_000], [900_000, 1_000_000_000]])('a step for every %d m', (metres, step) => expect(stepOf(metres)).toBe(step));
