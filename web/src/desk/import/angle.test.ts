import { describe, expect, it } from 'vitest';
import angles from '../../../../testdata/angles.json';
import { degreesOf, pointOf, type Axis } from './angle';

describe('a coordinate', () => {
  it.each(['lat', 'lon'] as Axis[])('of %s is read as the command line reads it', (axis) => {
    for (const [text, want] of angles[axis] as [string, number | null][]) expect([text, degreesOf(text, axis)]).toEqual([text, want ?? undefined]);
  });

  it('beside another in one cell', () => {
    for (const [text, lat, lon] of angles.point as [string, number | null, number | null][]) expect([text, pointOf(text)]).toEqual([text, lat === null ? undefined : { lat, lon }]);
  });
});
