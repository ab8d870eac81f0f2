import type { Place } from '../../core/types';

/** The address of a page of the desk: each part is escaped; a place's id has parts of its own. */
export const to = (page: string, ...rest: readonly string[]): string => `#/${[page, ...rest.map(encodeURIComponent)].join('/')}`;

export const toItem = (code: string): string => to('item', code);
/** Where the works at a place are drawn: the building that it is or lies in, or the strip of what has a chainage; at other places they are not. */
export function drawnAt(place: Pick<Place, 'id' | 'kind' | 'chainage'>, within: Pick<Place, 'id' | 'kind'> | undefined): ['levee' | 'building', string] | undefined {
  const building = [place, within].find((p) => p?.kind === 'building');
  if (building !== undefined) return ['building', building.id];
  return place.chainage === undefined ? undefined : ['levee', place.id];
}

export const toPlace = (page: 'levee' | 'building', place: string): string => `#/${page}/${place.split('/').map(encodeURIComponent).join('/')}`;
