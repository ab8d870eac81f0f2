import 'leaflet/dist/leaflet.css';
import './plan.css';
import * as L from 'leaflet';
import type { AssetView, Place, Point, Position } from '../core/types';
import { chainage } from './chainage';
import { clusters, reach } from './cluster';
import { Land, type Tiles } from './land';
import { marks, stepOf } from './marks';

const at = (p: Point): [number, number] => [p.lat / 1e6, p.lon / 1e6];

/** A colour of the page's tokens: the canvas knows no custom properties. */
const ink = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Pixels within which a thumb cannot tell two items apart. */
const square = 44;
/** From here on items are shown one by one, however close. */
const closest = 22;

export interface PlanWords {
  readonly zoomIn: string;
  readonly zoomOut: string;
}

/** What the map shows: the point in its middle, and the metres from there to its corner. */
export interface View {
  readonly middle: Point;
  readonly metres: number;
}

/** How what is framed is set: at once, with a little air. */
const framing: L.FitBoundsOptions = { padding: [12, 12], maxZoom: 20, animate: false };

/** A map of our own data: outlines, lines and items, on plain ground unless tiles are put under them. */
export class Plan {
  readonly #map: L.Map;
  readonly #places = L.layerGroup();
  readonly #names = L.layerGroup();
  readonly #items = L.layerGroup();
  readonly #me = L.layerGroup();
  /** Over the items: what one stands among must not hide where one stands. */
  readonly #over: L.Canvas;
  readonly #under: L.Canvas;
  #shown: readonly AssetView[] = [];
  #drawn: readonly Place[] = [];
  #framed: 'no' | 'places' | 'me' = 'no';
  /** What was asked for when a view was framed: for another one it is framed anew. */
  #subject: string | undefined;
  #kept: L.LatLngBounds | undefined;
  #moving = false;
  #ground: Land | undefined;
  readonly #sized: ResizeObserver;

  constructor(box: HTMLElement, words: PlanWords, private readonly ontap: (code: string) => void, private readonly onview: (view: View) => void) {
    this.#map = L.map(box, { preferCanvas: true, attributionControl: false, zoomControl: false, maxZoom: closest, zoomAnimation: false, fadeAnimation: false, tapTolerance: 20 } as L.MapOptions);
    // Places lie under the items, however late they come.
    this.#map.createPane('places').style.zIndex = '390';
    this.#under = L.canvas({ pane: 'places' });
    this.#map.createPane('me').style.zIndex = '450';
    this.#over = L.canvas({ pane: 'me' });
    L.control.zoom({ position: 'topright', zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(this.#map);
    L.control.scale({ imperial: false }).addTo(this.#map);
    for (const layer of [this.#places, this.#names, this.#items, this.#me]) layer.addTo(this.#map);
    this.#sized = new ResizeObserver(() => this.#resize());
    this.#sized.observe(box);
    this.#map.on('movestart', () => {
      if (!this.#moving) this.#kept = undefined;
    });
    this.#map.on('moveend', () => {
      this.#draw();
      this.#name();
      this.#tell();
    });
  }

  /** Outlines and chainage lines. The first time, and without a position, they say where to look. */
  showPlaces(places: readonly Place[], title: (p: Place) => string): void {
    this.#places.clearLayers();
    this.#drawn = places;
    this.#title = title;
    for (const p of places) {
      // What holds others is only their frame.
      const frame = places.some((other) => other.parent === p.id);
      const style = { renderer: this.#under, pane: 'places', color: ink('--water'), weight: frame ? 1 : 2, opacity: frame ? 0.6 : 1, fill: false, interactive: false };
      if (p.outline && p.outline.length > 2) L.polygon(p.outline.map(at), style).addTo(this.#places);
      if (p.line && p.line.length > 1) L.polyline(p.line.map(at), { ...style, weight: 3, dashArray: '8 5' }).addTo(this.#places);
    }
    const points = places.flatMap((p) => [...(p.outline ?? []), ...(p.line ?? [])]);
    if (this.#framed === 'no' && points.length > 0) this.#frame('places', L.latLngBounds(points.map(at)));
    else this.#name();
  }

  /** Puts tiles under everything, or takes them away. */
  ground(tiles: Tiles | undefined, ontorn: () => void): void {
    this.#ground?.remove();
    this.#ground = tiles && new Land(tiles.url, { maxZoom: closest, maxNativeZoom: tiles.maxZoom }).on('tileerror', ontorn).addTo(this.#map);
  }

  #title: (p: Place) => string = (p) => p.id;

  /** Names stand where there is room for them. */
  #name(): void {
    this.#names.clearLayers();
    if (this.#framed === 'no') return;
    const view = this.#map.getBounds();
    this.#mark(view);
    for (const p of this.#drawn) {
      const points = (p.outline ?? p.line ?? []).map(at);
      if (points.length < 2 || this.#drawn.some((other) => other.parent === p.id)) continue;
      const bounds = L.latLngBounds(points);
      const [a, b] = [this.#map.latLngToLayerPoint(bounds.getNorthWest()), this.#map.latLngToLayerPoint(bounds.getSouthEast())];
      const name = this.#title(p);
      if (b.x - a.x < Math.max(64, name.length * 7) || !view.intersects(bounds)) continue;
      L.tooltip([bounds.getNorth(), bounds.getCenter().lng], { content: document.createTextNode(name) as unknown as HTMLElement, permanent: true, direction: 'top', offset: [0, 4], className: 'plan-name', interactive: false }).addTo(this.#names);
    }
  }

  /** Marks along the lines of works, as far apart as their words are long. */
  #mark(view: L.LatLngBounds): void {
    const middle = this.#map.latLngToContainerPoint(view.getCenter());
    const metres = this.#map.containerPointToLatLng(middle).distanceTo(this.#map.containerPointToLatLng(middle.add([120, 0])));
    const colour = ink('--water');
    for (const { line, chainage: stretch } of this.#drawn) {
      if (!line || line.length < 2 || !stretch || !view.intersects(L.latLngBounds(line.map(at)))) continue;
      const step = stepOf(metres);
      if ((stretch.to - stretch.from) / step > 2000) continue;
      for (const m of marks(line, stretch, step)) {
        if (!view.contains(at(m))) continue;
        L.circleMarker(at(m), { radius: 3, weight: 0, fillColor: colour, fillOpacity: 1, interactive: false })
          .bindTooltip(document.createTextNode(chainage(m.at)) as unknown as HTMLElement, { permanent: true, direction: 'right', offset: [2, 0], className: 'plan-name' })
          .addTo(this.#names);
      }
    }
  }

  showItems(items: readonly AssetView[]): void {
    this.#shown = items;
    this.#draw();
  }

  #draw(): void {
    this.#items.clearLayers();
    if (this.#framed === 'no') return;
    const zoom = this.#map.getZoom();
    const dots = this.#shown.flatMap((item) => {
      if (item.position === undefined) return [];
      const { x, y } = this.#map.project(at(item.position), zoom);
      return [{ x, y, what: item }];
    });
    const [paper, accent] = [ink('--paper'), ink('--accent')];
    for (const c of zoom >= closest ? dots.map((d) => ({ x: d.x, y: d.y, members: [d.what] })) : clusters(dots, square)) {
      const where = this.#map.unproject([c.x, c.y], zoom);
      const [only] = c.members;
      const many = c.members.length > 1;
      const dot = L.circleMarker(where, { radius: reach(c.members.length) - 1, weight: 2, color: many ? accent : paper, fillColor: many ? paper : accent, fillOpacity: 1 });
      if (many) dot.bindTooltip(document.createTextNode(String(c.members.length)) as unknown as HTMLElement, { permanent: true, direction: 'center', className: 'plan-count' });
      dot.on('click', () => (many ? this.#map.setView(where, Math.min(closest, zoom + 2)) : this.ontap(only!.id))).addTo(this.#items);
    }
  }

  /** For what draws on the map by itself. */
  get map(): L.Map {
    return this.#map;
  }

  /** Shows what lies between two corners, unless something is framed already that is not another subject. */
  fit(corner: Point, opposite: Point, subject = ''): void {
    const other = this.#subject !== undefined && this.#subject !== subject;
    this.#subject = subject;
    if (other || this.#framed === 'no') this.#frame('places', L.latLngBounds(at(corner), at(opposite)));
  }

  showMe(position: Position, metres: number): void {
    this.#me.clearLayers();
    const colour = ink('--water');
    const look = { renderer: this.#over, pane: 'me', interactive: false, color: colour };
    L.circle(at(position), { ...look, radius: position.accuracy ?? 1, weight: 1, fillOpacity: 0.12 }).addTo(this.#me);
    L.circleMarker(at(position), { ...look, radius: 7, weight: 3, color: ink('--paper'), fillColor: colour, fillOpacity: 1 }).addTo(this.#me);
    if (this.#framed !== 'me') this.lookAt(position, metres);
  }

  lookAt(position: Point, metres: number): void {
    this.#frame('me', L.latLng(at(position)).toBounds(metres * 2));
  }

  #frame(by: 'places' | 'me', bounds: L.LatLngBounds): void {
    this.#framed = by;
    this.#kept = bounds;
    this.#move(() => this.#map.fitBounds(bounds, framing));
  }

  /** Until a person moves the map, what was framed stays in view when the screen is turned. */
  #resize(): void {
    this.#move(() => {
      this.#map.invalidateSize({ animate: false });
      if (this.#kept !== undefined) this.#map.fitBounds(this.#kept, framing);
    });
  }

  #move(how: () => void): void {
    this.#moving = true;
    how();
    this.#moving = false;
  }

  #tell(): void {
    const middle = this.#map.getCenter();
    const corner = this.#map.getBounds().getNorthEast();
    this.onview({ middle: { lat: Math.round(middle.lat * 1e6), lon: Math.round(middle.lng * 1e6) }, metres: middle.distanceTo(corner) });
  }

  remove(): void {
    this.#sized.disconnect();
    this.#map.off(); // a window that was resized tells a map of it later, even one that is gone
    requestAnimationFrame(() => this.#map.remove()); // a canvas that is to be drawn in this frame is still there
  }
}
