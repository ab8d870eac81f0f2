/** The address of a page of the desk: each part is escaped; a place's id has parts of its own. */
export const to = (page: string, ...rest: readonly string[]): string => `#/${[page, ...rest.map(encodeURIComponent)].join('/')}`;

export const toItem = (code: string): string => to('item', code);
export const toPlace = (page: 'levee' | 'building', place: string): string => `#/${page}/${place.split('/').map(encodeURIComponent).join('/')}`;
