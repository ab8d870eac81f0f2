import { expect, test } from 'vitest';
import { chainage } from './places';

test.each([
  [0, 'K0+000'],
  [65_000_000, 'K65+000'],
  [65_320_000, 'K65+320'],
  [65_320_500, 'K65+320.500'],
  [7_007, 'K0+007.007'],
])('%i mm is %s', (mm, written) => expect(chainage(mm)).toBe(written));
