import 'leaflet/dist/leaflet.css';
import * as L from 'leaflet';
import type { Near } from '../kept/types';
import type { Place, Point, Position } from '../core/types';

const at = (p: Point): [number, number] => [p.lat / 1e6, p.lon / 1e6];

/** A colour of the page's tokens: the canvas knows no custom properties. */
const ink = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A map of our own data: outlines, lines and items on plain ground. It asks no server for tiles. */
export class Plan {
  readonly #map: L.Map;
  readonly #places = L.layerGroup();
  readonly #items = L.layerGroup();
  readonly #me = L.layerGroup();
  #looked = false;

  constructor(box: HTMLElement, private readonly ontap: (code: string) => void) {
    this.#map = L.map(box, { preferCanvas: true, attributionControl: false, zoomControl: false, maxZoom: 22, zoomAnimation: false });
    this.#map.setView([0, 0], 2);
    for (const layer of [this.#places, this.#items, this.#me]) layer.addTo(this.#map);
    L.control.scale({ imperial: false }).addTo(this.#map);
  }

  showPlaces(places: readonly Place[]): void {
    this.#places.clearLayers();
    const style = { color: ink('--water'), weight: 2, fill: false, interactive: false };
    for (const p of places) {
      if (p.outline && p.outline.length > 2) L.polygon(p.outline.map(at), style).addTo(this.#places);
      if (p.line && p.line.length > 1) L.polyline(p.line.map(at), { ...style, dashArray: '6 4' }).addTo(this.#places);
    }
    const points = places.flatMap((p) => [...(p.outline ?? []), ...(p.line ?? [])]);
    if (!this.#looked && points.length > 0) this.#map.fitBounds(L.latLngBounds(points.map(at)), { padding: [16, 16] });
  }

  showItems(items: readonly Near[]): void {
    this.#items.clearLayers();
    for (const { item } of items) {
      if (item.position === undefined) continue;
      L.circleMarker(at(item.position), { radius: 9, weight: 2, color: ink('--paper'), fillColor: ink('--accent'), fillOpacity: 1 })
        .on('click', () => this.ontap(item.id))
        .addTo(this.#items);
    }
  }

  showMe(position: Position, metres: number): void {
    this.#me.clearLayers();
    const colour = ink('--water');
    L.circle(at(position), { radius: position.accuracy ?? 1, color: colour, weight: 1, fillOpacity: 0.12, interactive: false }).addTo(this.#me);
    L.circleMarker(at(position), { radius: 5, color: colour, fillColor: colour, fillOpacity: 1, interactive: false }).addTo(this.#me);
    if (this.#looked) return;
    this.#looked = true;
    this.#map.fitBounds(L.latLng(at(position)).toBounds(metres * 2));
  }

  remove(): void {
    this.#map.remove();
  }
}
