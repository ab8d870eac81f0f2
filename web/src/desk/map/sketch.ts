import * as L from 'leaflet';
import type { Point } from '../../core/types';

export type Shape = 'area' | 'line';

/** What is being drawn on a map: each click is a corner. The corners themselves are kept by who draws. */
export class Sketch {
  readonly #layer = L.layerGroup();

  constructor(private readonly map: L.Map, private readonly colour: () => string, private readonly oncorner: (p: Point) => void) {
    this.#layer.addTo(map);
    map.on('click', this.#click, this);
    map.getContainer().style.cursor = 'crosshair';
  }

  /** Moves the map when a corner lies out of it. */
  bring(corners: readonly Point[]): void {
    const all = L.latLngBounds(corners.map((p): [number, number] => [p.lat / 1e6, p.lon / 1e6]));
    const shows = (this.map.getZoom() as number | undefined) !== undefined; // a map that was not moved anywhere yet shows nothing
    if (!shows || !this.map.getBounds().contains(all)) this.map.fitBounds(all, { padding: [30, 30], maxZoom: 18 });
  }

  /** Shows the corners, and where the outline meets itself. */
  show(corners: readonly Point[], shape: Shape, crossing?: Point): void {
    this.#layer.clearLayers();
    const at = corners.map((p): [number, number] => [p.lat / 1e6, p.lon / 1e6]);
    const style = { color: this.colour(), weight: 3, interactive: false };
    if (shape === 'area' && at.length > 2) L.polygon(at, { ...style, fillOpacity: 0.1 }).addTo(this.#layer);
    else if (at.length > 1) L.polyline(at, style).addTo(this.#layer);
    if (crossing) L.circleMarker([crossing.lat / 1e6, crossing.lon / 1e6], { ...style, radius: 12, fill: false, dashArray: '4 4' }).addTo(this.#layer);
    for (const p of at) L.circleMarker(p, { ...style, radius: 5, fillOpacity: 1 }).addTo(this.#layer);
  }

  #click({ latlng }: L.LeafletMouseEvent): void {
    this.oncorner({ lat: Math.round(latlng.lat * 1e6), lon: Math.round(latlng.lng * 1e6) });
  }

  remove(): void {
    this.map.off('click', this.#click, this);
    this.map.getContainer().style.cursor = '';
    this.#layer.remove();
  }
}

/** Corners as they are written: one on a line, latitude and longitude in degrees. */
export const write = (corners: readonly Point[]): string => corners.map((p) => `${(p.lat / 1e6).toFixed(6)}, ${(p.lon / 1e6).toFixed(6)}`).join('\n');

/** Reads them; a line that is none is told by its number. */
export function readCorners(text: string): Point[] | { readonly line: number } {
  const corners: Point[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const found = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(line);
    if (found === null || Math.abs(Number(found[1])) > 90 || Math.abs(Number(found[2])) > 180) return { line: i + 1 };
    corners.push({ lat: Math.round(Number(found[1]) * 1e6), lon: Math.round(Number(found[2]) * 1e6) });
  }
  return corners;
}
