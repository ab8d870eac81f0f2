import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytesOf, equal, join } from './bytes';
import { inflate } from './inflate';

const most = 1 << 20;
const noise = Uint8Array.from({ length: 70_000 }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255);
const samples: readonly [string, Uint8Array][] = [
  ['nothing', new Uint8Array(0)],
  ['one byte', bytesOf('x')],
  ['words', bytesOf('the levee and the river, the river and the levee; '.repeat(3000))],
  ['noise', noise],
  ['far apart', join(noise.subarray(0, 32_000), new Uint8Array(700), noise.subarray(0, 32_000))],
];

describe('deflate', () => {
  it.each(samples)('unpacks %s, however it was packed', (_, b) => {
    for (const level of [0, 1, 6, 9] as const) {
      const out = inflate(deflateSync(b, { level }), most);
      expect(out instanceof Uint8Array && equal(out, b), `level ${level}`).toBe(true);
    }
  });

  it('refuses what ends early or is followed by anything', () => {
    for (const [, b] of samples) {
      const packed = deflateSync(b);
      expect(inflate(packed.subarray(0, -1), most)).toBeUndefined();
      expect(inflate(Uint8Array.from([...packed, 0]), most)).toBeUndefined();
    }
    expect(inflate(new Uint8Array(0), most)).toBeUndefined();
  });

  it('stops a bomb at the bound, not behind it', () => {
    const bomb = deflateSync(new Uint8Array(64 << 20));
    expect(bomb.length).toBeLessThan(100_000);
    expect(inflate(bomb, most)).toBe('too-large');
    expect(inflate(deflateSync(new Uint8Array(most)), most)).toHaveLength(most);
    expect(inflate(deflateSync(new Uint8Array(most + 1)), most)).toBe('too-large');
  });

  it('refuses codes that are none, and distances before the beginning', () => {
    expect(inflate(Uint8Array.from([0b111]), most)).toBeUndefined(); // the kind that is not used
    expect(inflate(Uint8Array.from([1, 1, 0, 0, 0, 7]), most)).toBeUndefined(); // a length that is not its own complement
    expect(inflate(Uint8Array.from([0x03, 0x02, 0x00]), most)).toBeUndefined(); // a copy of what is not there
  });

  it('answers every damaged file, and never with an error', () => {
    const packed = deflateSync(samples[2]![1].subarray(0, 4000));
    for (let i = 0; i < packed.length * 8; i++) {
      const flipped = packed.slice();
      flipped[i >> 3]! ^= 1 << (i & 7);
      const out = inflate(flipped, most);
      expect(out === undefined || out === 'too-large' || out.length <= most).toBe(true);
    }
  });
});
