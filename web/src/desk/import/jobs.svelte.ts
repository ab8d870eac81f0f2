import { Refusal, type RefusalShape } from '../../core/refusal';
import { persist } from '../../sync/storage';
import { addJob, allJobs, changeJob, dropJob, onNews } from './db';
import { noProgress, type Format, type Job, type Mapping } from './types';
import type { Glance } from './work';
import type { Answer, Ask } from './worker';

/** Set while jobs are to run, so that other pages of the desk need not open the database to know. */
const flag = 'rootline.imports';

const isToRun = (j: Job): boolean => j.state === 'queued' || j.state === 'running';

const open = (): Worker => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

/** Asks a worker of its own, which ends with its answer. */
function asked(ask: Ask): Promise<Answer> {
  return new Promise((done) => {
    const worker = open();
    const end = (answer: Answer): void => {
      worker.terminate();
      done(answer);
    };
    worker.onmessage = (e: MessageEvent<Answer>) => end(e.data);
    worker.onerror = () => end({ trouble: broken });
    worker.postMessage(ask);
  });
}

const broken: RefusalShape = {
  code: 'import-worker',
  says: { en: 'The part of the page that reads tables could not be started. Reload the page; nothing is lost.', zh: '读取表格的后台程序无法启动。请重新加载页面；内容不会丢失。' },
};

/** The beginning of a table. Throws Refusal. */
export async function glance(file: Blob, format?: Format, layouts: ReadonlyMap<string, string> = new Map()): Promise<Glance> {
  const answer = await asked({ ask: 'glance', file, format, layouts });
  if (answer.glance === undefined) throw Refusal.of(answer.trouble ?? broken);
  return answer.glance;
}

/** The imports of this browser, as they go on. */
class Jobs {
  list = $state.raw<readonly Job[]>([]);
  read = $state(false);
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  #working: Promise<void> | undefined;
  #looking: Promise<void> | undefined;

  /** Keeps the list current, and goes on with what a reload cut off. Returns the end of it. */
  watch(): () => void {
    void this.look().then(() => {
      if (this.list.some(isToRun)) this.work();
    });
    return onNews(({ job, progress }) => {
      if (progress === undefined) void this.look();
      else this.list = this.list.map((j) => (j.id === job ? { ...j, progress } : j));
    });
  }

  of(id: string): Job | undefined {
    return this.list.find((j) => j.id === id);
  }

  look(): Promise<void> {
    this.#looking ??= allJobs()
      .then((all) => {
        [this.list, this.read] = [all, true];
      })
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Puts a table to work. Throws Refusal device-storage-full. */
  async begin(file: File, mapping: Mapping, heading: readonly string[], net: string, mode: Job['mode']): Promise<Job> {
    const job: Job = { id: crypto.randomUUID(), name: file.name, size: file.size, mapping, heading, net, mode, state: 'queued', progress: noProgress, made: Date.now() };
    await addJob(job, file);
    // With the journal would go the knowledge of what is recorded.
    void persist();
    this.work();
    return job;
  }

  async stop(id: string): Promise<void> {
    await changeJob(id, (j) => (isToRun(j) ? { ...j, state: 'stopped', ended: Date.now(), trouble: undefined } : j));
  }

  /** Goes on where it was, or turns a check into an import. */
  async resume(id: string, mode?: Job['mode']): Promise<void> {
    await changeJob(id, (j) => ({ ...j, mode: mode ?? j.mode, state: 'queued', progress: noProgress, trouble: undefined, ended: undefined }));
    this.work();
  }

  drop(id: string): Promise<void> {
    return dropJob(id);
  }

  /** Works through what is to be done, unless this page is at it. */
  work(): void {
    note(true);
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  async #work(): Promise<void> {
    for (;;) {
      const answer = await asked({ ask: 'work' });
      this.trouble = answer.trouble;
      const left = (await allJobs()).some(isToRun);
      if (!left || answer.trouble !== undefined) {
        note(left);
        return;
      }
    }
  }
}

function note(busy: boolean): void {
  try {
    if (busy) localStorage.setItem(flag, '1');
    else localStorage.removeItem(flag);
  } catch {
    // Without it, an import goes on once its page is opened.
  }
}

export const jobs = new Jobs();
