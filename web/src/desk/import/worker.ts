import type { RefusalShape } from '../../core/refusal';
import type { Format } from './types';
import { glanceAt, shapeOf, work, type Glance } from './work';

// Where tables are read, signed and sent, so that the page answers meanwhile.

export type Ask = { readonly ask: 'work' } | { readonly ask: 'glance'; readonly file: Blob; readonly format: Format | undefined; readonly layouts: ReadonlyMap<string, string> };
export type Answer = { readonly glance?: Glance; readonly trouble?: RefusalShape };

onmessage = ({ data }: MessageEvent<Ask>): void => {
  const done: Promise<Answer> = data.ask === 'work' ? work().then(() => ({})) : glanceAt(data.file, data.format, data.layouts).then((glance) => ({ glance }));
  void done.catch((e: unknown): Answer => ({ trouble: shapeOf(e) })).then((answer) => postMessage(answer));
};
