import { expect, it } from 'vitest';
import type { Place } from '../../core/types';
import { meant } from './names.svelte';

const place = (id: string, en: string, zh: string): Place => ({ id, kind: 'plot', title: { en, zh } });
const all = [place('forest/9/14', 'Plot 9-14', '9-14 小班'), place('forest/9/140', 'Plot 9-140', '9-140 小班'), place('grove/9-14', 'Old plot', '旧小班')];

it.each([
  ['Plot 9-14', ['forest/9/14']],
  ['plot 9-14 ', ['forest/9/14']],
  ['9-14', ['forest/9/14']],
  ['9-14 小班', ['forest/9/14']],
  ['grove/9-14', ['grove/9-14']],
  ['plot', ['forest/9/14', 'forest/9/140', 'grove/9-14']],
  ['9-1', ['forest/9/14', 'forest/9/140', 'grove/9-14']],
])('by %j a person means %j', (asked, want) => expect(meant(asked, all).map((p) => p.id)).toEqual(want));
