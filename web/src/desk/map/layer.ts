import * as L from 'leaflet';
import { gather, project, type Cell, type Projected, type View } from './grid';
import type { Points } from './points';
import { outlineOf, type Sign } from '../../works/signs';

/** Pixels within which two items cannot be told apart. */
const square = 36;
/** From here on items are shown one by one, however close. */
const closest = 22;
/** How much is drawn around the view, so that a short move shows no empty edge: a part of its size. */
const margin = 0.25;

export interface Paint {
  readonly paper: string;
  readonly ink: string;
  /** The sign of each look, with its colour as the canvas takes it. */
  readonly looks: readonly (Pick<Sign, 'shape' | 'hollow'> & { readonly colour: string })[];
}

/**
 * Draws positions on one canvas: single ones by the sign of their state, what lies together as a ring whose parts
 * are the shares of the states. While the map is dragged the canvas moves as it is; it is drawn anew at the end.
 */
export class PointLayer extends L.Layer {
  #map: L.Map | undefined;
  #canvas = L.DomUtil.create('canvas', 'points');
  #points: Points | undefined;
  #projected: Projected | undefined;
  #hidden: ReadonlySet<number> = new Set();
  #cells: readonly Cell[] = [];
  readonly #paths = new Map<string | undefined, Path2D>();
  #origin = L.point(0, 0);

  constructor(private readonly paint: () => Paint, private readonly onpick: (index: number) => void) {
    super();
  }

  override onAdd(map: L.Map): this {
    this.#map = map;
    map.getPanes().overlayPane.append(this.#canvas);
    map.on('moveend resize', this.draw, this);
    map.on('click', this.#click, this);
    this.draw();
    return this;
  }

  override onRemove(map: L.Map): this {
    map.off('moveend resize', this.draw, this);
    map.off('click', this.#click, this);
    this.#canvas.remove();
    this.#map = undefined;
    return this;
  }

  show(points: Points, hidden: ReadonlySet<number>): void {
    if (points !== this.#points) this.#projected = project(points);
    this.#points = points;
    this.#hidden = hidden;
    this.draw();
  }

  get projected(): Projected | undefined {
    return this.#projected;
  }

  /** What is to be seen, in pixels of the world. */
  view(around = 0): View {
    const map = this.#map!;
    const size = map.getSize();
    const corner = map.getPixelBounds().min!.subtract(size.multiplyBy(around));
    return { scale: 256 * 2 ** map.getZoom(), left: corner.x, top: corner.y, width: size.x * (1 + 2 * around), height: size.y * (1 + 2 * around) };
  }

  draw(): void {
    const map = this.#map;
    const [points, projected] = [this.#points, this.#projected];
    if (map === undefined || points === undefined || projected === undefined) return;
    const view = this.view(margin);
    const ratio = devicePixelRatio;
    this.#origin = map.containerPointToLayerPoint(map.getSize().multiplyBy(-margin));
    L.DomUtil.setPosition(this.#canvas, this.#origin);
    const [w, h] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
    if (this.#canvas.width !== w || this.#canvas.height !== h) {
      [this.#canvas.width, this.#canvas.height] = [w, h];
      this.#canvas.style.width = `${view.width}px`;
      this.#canvas.style.height = `${view.height}px`;
    }
    this.#cells = gather(projected, points, this.#hidden, view, map.getZoom() >= closest ? 1 : square);
    const pen = this.#canvas.getContext('2d')!;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, view.width, view.height);
    const paint = this.paint();
    pen.font = '600 12px system-ui, sans-serif';
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    for (const cell of this.#cells) this.#cell(pen, cell, paint);
  }

  #cell(pen: CanvasRenderingContext2D, cell: Cell, paint: Paint): void {
    if (cell.count === 1) {
      const look = paint.looks[cell.looks.findIndex((n) => n > 0)];
      const path = this.#paths.get(look?.shape) ?? new Path2D(outlineOf(look?.shape ?? 'circle', 7));
      this.#paths.set(look?.shape, path);
      pen.translate(cell.x, cell.y);
      pen.lineWidth = look?.hollow ? 5 : 3;
      pen.strokeStyle = paint.paper;
      pen.stroke(path);
      pen.fillStyle = look?.hollow ? paint.paper : (look?.colour ?? paint.ink);
      pen.fill(path);
      pen.lineWidth = 2;
      pen.strokeStyle = look?.colour ?? paint.ink;
      if (look?.hollow) pen.stroke(path);
      pen.translate(-cell.x, -cell.y);
      return;
    }
    const r = radius(cell.count);
    pen.beginPath();
    pen.arc(cell.x, cell.y, r, 0, 2 * Math.PI);
    pen.fillStyle = paint.paper;
    pen.fill();
    pen.lineWidth = 4;
    let turn = -Math.PI / 2;
    for (const [look, n] of cell.looks.entries()) {
      if (n === 0) continue;
      const next = turn + (2 * Math.PI * n) / cell.count;
      pen.beginPath();
      pen.arc(cell.x, cell.y, r, turn, next);
      pen.strokeStyle = paint.looks[look]?.colour ?? paint.ink;
      pen.stroke();
      turn = next;
    }
    pen.fillStyle = paint.ink;
    pen.fillText(short(cell.count), cell.x, cell.y);
  }

  #click(e: L.LeafletMouseEvent): void {
    const map = this.#map!;
    const at = e.layerPoint.subtract(this.#origin);
    const hit = this.#cells.find((c) => Math.hypot(c.x - at.x, c.y - at.y) <= (c.count === 1 ? 10 : radius(c.count) + 2));
    if (hit === undefined) return;
    if (hit.count === 1) this.onpick(hit.first);
    else map.setView(map.layerPointToLatLng(this.#origin.add([hit.x, hit.y])), Math.min(closest, map.getZoom() + 2));
  }
}

const radius = (count: number): number => 11 + Math.min(9, Math.log10(count) * 3);
const short = (n: number): string => (n < 1000 ? String(n) : n < 10_000 ? `${(n / 1000).toFixed(1)}k` : `${Math.round(n / 1000)}k`);
