import { describe, expect, it } from 'vitest';
import css from './tokens.css?raw';
import field from './tokens.field.css?raw';

/** The colours of a theme by name; the dark theme replaces every colour of the light one. */
function colours(part: string): Map<string, string> {
  return new Map([...part.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((m) => [m[1]!, m[2]!]));
}

const [light, dark] = css.split('(prefers-color-scheme: dark)');
const [outdoors, atNight, inSun] = field.split(/\(prefers-color-scheme: dark\)|\[data-light='sun'\]/);
const [desk, out] = [4.5, 7];
const themes = [
  ['light', colours(light!), desk],
  ['dark', colours(dark!), desk],
  ['outdoors', colours(outdoors!), out],
  ['outdoors at night', colours(atNight!), out],
  ['in the sun', colours(inSun!), out],
] as const;

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

describe.each(themes)('%s', (_, theme, least) => {
  const pair = (ink: string, ground: string) => contrast(theme.get(ink)!, theme.get(ground)!);

  it.each(['ink', 'muted', 'accent', 'water', 'waiting', 'refused', 'accepted', 'asleep'])('%s reads on paper and sheet', (ink) => {
    expect(pair(ink, 'paper')).toBeGreaterThanOrEqual(least);
    expect(pair(ink, 'sheet')).toBeGreaterThanOrEqual(least);
  });
  it('text on a button reads', () => expect(pair('on-accent', 'accent')).toBeGreaterThanOrEqual(least));
  it('the edge of a field is seen', () => expect(pair('edge', 'paper')).toBeGreaterThanOrEqual(3));
  it('replaces every colour', () => expect([...theme.keys()]).toEqual([...colours(light!).keys()]));
});
