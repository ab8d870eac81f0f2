import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { WeekPlan } from './types';

export interface Words {
  readonly planned: string;
  readonly done: string;
}

/** A line over each week, as wide as the week: together they are the steps of the plan. */
const ticks: uPlot.Series.PathBuilder = (u, series, from, to) => {
  const stroke = new Path2D();
  for (let i = from; i <= to; i++) {
    const [x, y] = [u.data[0][i], u.data[series]?.[i]];
    if (x === undefined || y === undefined || y === null || y === 0) continue;
    const at = u.valToPos(y, 'y', true);
    stroke.moveTo(u.valToPos(x - 0.45, 'x', true), at);
    stroke.lineTo(u.valToPos(x + 0.45, 'x', true), at);
  }
  return { stroke };
};

/** Weeks as bars of what was done and steps of what was planned, in the colours of the page. */
export class WeekPlot {
  #plot: uPlot | undefined;
  readonly #sizes: ResizeObserver;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  #weeks: readonly WeekPlan[] = [];
  #words: Words;

  constructor(
    private readonly box: HTMLElement,
    words: Words,
  ) {
    this.#words = words;
    this.#sizes = new ResizeObserver(() => this.#plot?.setSize(this.#size()));
    this.#sizes.observe(box);
    this.#dark.addEventListener('change', this.#draw);
  }

  show(weeks: readonly WeekPlan[], words: Words): void {
    const same = weeks.length === this.#weeks.length && words.done === this.#words.done;
    [this.#weeks, this.#words] = [weeks, words];
    if (same && this.#plot !== undefined) this.#plot.setData(this.#data());
    else this.#draw();
  }

  remove(): void {
    this.#sizes.disconnect();
    this.#dark.removeEventListener('change', this.#draw);
    this.#plot?.destroy();
  }

  #size = (): { width: number; height: number } => ({ width: Math.max(200, this.box.clientWidth), height: 220 });

  #data(): uPlot.AlignedData {
    return [this.#weeks.map((_, i) => i), this.#weeks.map((w) => w.done), this.#weeks.map((w) => w.planned)];
  }

  #draw = (): void => {
    this.#plot?.destroy();
    const look = getComputedStyle(this.box);
    const colour = (name: string): string => look.getPropertyValue(`--${name}`).trim();
    const face = `12px ${look.fontFamily}`;
    const axis = { stroke: colour('muted'), font: face, grid: { stroke: colour('rule'), width: 1 }, ticks: { show: false } } satisfies uPlot.Axis;
    const { bars } = uPlot.paths;
    this.#plot = new uPlot(
      {
        ...this.#size(),
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false, range: (_, min, max) => [min - 0.6, max + 0.6] }, y: { range: (_, __, max) => [0, Math.max(1, max) * 1.08] } },
        axes: [
          {
            ...axis, space: 72, incrs: [1, 2, 4, 13, 26, 52], grid: { show: false },
            values: (_, at) => at.map((i) => (Number.isInteger(i) ? (this.#weeks[i]?.week ?? '') : '')),
          },
          { ...axis, size: 56, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7, 1e8], values: (_, at) => at.map((n) => String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f')) },
        ],
        series: [
          {},
          { label: this.#words.done, fill: colour('accent'), width: 0, points: { show: false }, ...(bars && { paths: bars({ size: [0.6, 48] }) }) },
          { label: this.#words.planned, stroke: colour('ink'), width: 2, points: { show: false }, paths: ticks },
        ],
      },
      this.#data(),
      this.box,
    );
  };
}
