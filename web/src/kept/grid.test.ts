import { expect, it } from 'vitest';
import { cellOf, metresBetween, rangesAround } from './grid';

it('the squares looked at hold everything within the distance, far north too', () => {
  for (const lat of [0, 39_000_000, -39_000_000, 68_000_000]) {
    const at = { lat, lon: 116_000_500 };
    const ranges = rangesAround(at, 600);
    for (let d = 0; d < 360; d += 5) {
      const [north, east] = [Math.cos((d * Math.PI) / 180) * 599, Math.sin((d * Math.PI) / 180) * 599];
      const to = { lat: Math.round(lat + north / 0.11119), lon: Math.round(at.lon + east / (0.11119 * Math.cos((lat / 1e6) * (Math.PI / 180)))) };
      expect(metresBetween(at, to)).toBeLessThan(600);
      const [row, column] = cellOf(to);
      expect(ranges.some(([from, end]) => row >= from[0] && row <= end[0] && column >= from[1] && column <= end[1]), `${lat} ${d}`).toBe(true);
    }
  }
});
