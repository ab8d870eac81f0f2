import { readFileSync } from 'node:fs';

/** What /e2e/field_test.go has set: see fieldScene there. */
export interface Scene {
  readonly site: string;
  readonly through: string;
  readonly director: string;
  readonly camera: string;
  readonly filmed: string;
  readonly plot: string;
  readonly lat: number;
  readonly lon: number;
  readonly planter: string;
  readonly spare: string;
  readonly supervisor: string;
  readonly foreman: string;
  readonly admin: string;
  readonly offline: readonly string[];
  readonly lossy: readonly string[];
  readonly carried: string;
  readonly late: string;
  readonly blank: readonly string[];
  readonly nursery: string;
  readonly listing: readonly string[];
  readonly lot: string;
  readonly sleeping: readonly string[];
  readonly many: readonly string[];
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: these tests are started by go test ./e2e -run FieldApp`);
  return value;
}

export const scene = JSON.parse(readFileSync(setting('ROOTLINE_SCENE'), 'utf8')) as Scene;
export const chromiumPath = setting('ROOTLINE_CHROMIUM');

/** Asks the Go side for what only it can do. */
export async function direct(act: 'weather' | 'revoke' | 'attend' | 'adopt' | 'file', values: Readonly<Record<string, string>>): Promise<unknown> {
  const answer = await fetch(`${scene.director}/${act}?${new URLSearchParams(values).toString()}`);
  if (!answer.ok) throw new Error(`${act}: ${await answer.text()}`);
  return answer.json();
}

/** The share of requests that are lost, in thousandths; at 1000 nothing at all gets through. */
export async function weather(loss: number): Promise<unknown> {
  const answer = await direct('weather', { loss: String(loss) });
  clear = loss > 0 ? Number.POSITIVE_INFINITY : Date.now();
  return answer;
}

/** Since when no request is lost. */
let clear = 0;

/** Whether requests are lost, or were a moment ago. */
export const stormy = (): boolean => Date.now() - clear < 5_000;
