import { expect, it } from 'vitest';
import type { Place } from '../core/types';
import { placesAt } from './places';

const title = { en: 'x', zh: 'x' };
const square = (lat: number, lon: number, size: number) => [{ lat, lon }, { lat, lon: lon + size }, { lat: lat + size, lon: lon + size }, { lat: lat + size, lon }];
const all: Place[] = [
  { id: 'lake', kind: 'project', title, outline: square(900, 900, 10) },
  { id: 'forest', kind: 'project', title },
  { id: 'forest/9', kind: 'section', parent: 'forest', title, outline: square(0, 0, 100) },
  { id: 'forest/9/13', kind: 'plot', parent: 'forest/9', title, outline: square(0, 0, 40) },
  { id: 'forest/9/14', kind: 'plot', parent: 'forest/9', title, outline: square(50, 50, 40) },
];
const inside = (parent?: string) => Promise.resolve(all.filter((p) => p.parent === parent));
const ids = async (lat: number, lon: number) => (await placesAt({ lat, lon }, inside)).map((p) => p.id);

it('where one stands is found down to the plot, through places without an outline', async () => {
  expect(await ids(60, 60)).toEqual(['forest', 'forest/9', 'forest/9/14']);
  expect(await ids(45, 45)).toEqual(['forest', 'forest/9']);
  expect(await ids(500, 500)).toEqual([]);
  let asked = 0;
  await placesAt({ lat: 1, lon: 1 }, (parent = '') => ((asked += 1), Promise.resolve([{ id: `${parent}/x`, kind: 'x', title }])));
  expect(asked, 'without an end, it ends').toBe(40);
});
