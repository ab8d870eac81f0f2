import * as L from 'leaflet';

/** Pictures of the land, in squares: "{z}", "{x}" and "{y}" stand in the address. */
export interface Tiles {
  readonly url: string;
  /** The deepest level that there is. */
  readonly maxZoom: number;
}

/** Tiles as a layer. Leaflet's own gives a picture that is not wanted any more a data: address, which the pages' policy forbids. */
export class Land extends L.GridLayer {
  constructor(
    private readonly url: string,
    options: L.GridLayerOptions,
  ) {
    super(options);
  }

  protected override createTile(at: L.Coords, done: L.DoneCallback): HTMLElement {
    const tile = document.createElement('img');
    tile.alt = '';
    tile.onload = () => done(undefined, tile);
    tile.onerror = () => done(new Error('no tile'), tile);
    tile.src = this.url.replace('{z}', String(at.z)).replace('{x}', String(at.x)).replace('{y}', String(at.y));
    return tile;
  }
}
