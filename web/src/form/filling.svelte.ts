import { listOf, type Listed } from '../core/list';
import type { Attachment, Text } from '../core/types';
import { answersToDraft, type Answers, type Drafted, type FieldErrors, type Subject } from '../works/answers';
import type { FormField, FormModel } from '../works/form';
import type { Link } from '../works/links';
import type { Given } from '../works/suggest';
import type { Fix } from './position.svelte';

export type TypedEntry = Record<string, string | boolean | undefined>;
export type Typed = string | boolean | string[] | TypedEntry[];

/** A form that is being filled in. */
export class Filling {
  fields = $state<Record<string, Typed | undefined>>({});
  photos = $state.raw<readonly Attachment[]>([]);
  /** Photos that are being made smaller: what is recorded waits for them. */
  photosTaken = $state.raw<Promise<void> | undefined>(undefined);
  /** The codes of a listed lot, and what is made of them; codesTaken while it is being made. */
  codes = $state.raw<readonly string[]>([]);
  listed = $state.raw<Listed | undefined>(undefined);
  codesTaken = $state.raw<Promise<void> | undefined>(undefined);
  fix = $state.raw<Fix | undefined>(undefined);
  amount = $state('');
  under = $state<Link[]>([]);
  inputs = $state<Link[]>([]);
  refs = $state<Link[]>([]);
  tag = $state('');
  replaces = $state('');
  corrects = $state('');
  /** What is wrong, once the person wanted to record it. */
  errors = $state.raw<FieldErrors>({});
  /** What was filled in from what this device gave before; a suggestion as long as nobody changed it. */
  suggested = $state.raw<Given>({});

  constructor(
    readonly form: FormModel,
    given: Readonly<Record<string, Typed | undefined>> = {},
  ) {
    for (const f of form.fields) {
      const lists = f.type === 'integers' || f.type === 'strings';
      this.fields[f.name] = given[f.name] ?? (f.type === 'entries' ? (f.optional ? [] : [{}]) : lists ? [''] : f.type === 'bool' ? undefined : '');
    }
  }

  /** Fills suggestions in where nothing is answered. */
  suggest(given: Given): void {
    const taken = Object.entries(given).filter(([name]) => this.fields[name] === '');
    for (const [name, value] of taken) this.fields[name] = value;
    this.suggested = { ...this.suggested, ...Object.fromEntries(taken) };
  }

  /** How a field was filled in, while nobody changed it. */
  suggestionOf(f: FormField): FormField['remember'] {
    const s = this.suggested[f.name];
    return s !== undefined && s === this.fields[f.name] ? f.remember : undefined;
  }

  /** Reading it reads every answer: what depends on it follows them all. */
  get answers(): Answers {
    return {
      fields: $state.snapshot(this.fields) as Answers['fields'],
      photos: this.photos.length,
      place: this.fix?.position,
      amount: this.amount,
      under: $state.snapshot(this.under) as Link[],
      inputs: $state.snapshot(this.inputs) as Link[],
      refs: $state.snapshot(this.refs) as Link[],
      tag: this.tag,
      replaces: this.replaces,
      corrects: this.corrects,
      codes: this.codes,
      list: this.listed?.list,
    };
  }

  /** Everything that the event names as evidence. */
  get files(): readonly Attachment[] {
    return this.listed === undefined ? this.photos : [...this.photos, this.listed.file];
  }

  /** Takes the codes of a listed lot; what the lot commits to is made of them. */
  setCodes(codes: readonly string[]): void {
    this.codes = codes;
    this.listed = undefined;
    this.codesTaken = codes.length === 0 ? undefined : listOf(codes).then((made) => {
      if (this.codes === codes) this.listed = made;
    });
  }

  /** Waits for what is still being made of what was given. */
  async settled(): Promise<void> {
    await this.photosTaken;
    await this.codesTaken;
  }

  /** Takes up what was filled in before. A position is of its moment, and is found anew. */
  restore(answers: Answers, photos: readonly Attachment[]): void {
    for (const f of this.form.fields) {
      const v = answers.fields[f.name];
      if (v !== undefined) this.fields[f.name] = (Array.isArray(v) ? structuredClone(v) : v) as Typed;
    }
    this.photos = photos;
    this.setCodes(answers.codes ?? []);
    this.amount = answers.amount ?? this.amount;
    [this.under, this.inputs, this.refs] = [[...(answers.under ?? [])], [...(answers.inputs ?? [])], [...(answers.refs ?? [])]];
    [this.tag, this.replaces, this.corrects] = [answers.tag || this.tag, answers.replaces ?? '', answers.corrects ?? ''];
  }

  draft(subject: Subject): Drafted {
    return answersToDraft(this.form, this.answers, subject);
  }

  error(pointer: string): Text | undefined {
    return this.errors[pointer];
  }
}
