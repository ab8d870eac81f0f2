import type { BlockRef, Instant, StateTone, Text } from '../../core/types';

/** What every record of money has. Amounts are in fen, organisations are MSP ids. */
export interface Thing {
  readonly id: string;
  readonly rulebook: string;
  readonly kind: string;
  readonly kindTitle: Text;
  readonly state: string;
  readonly stateTitle: Text;
  readonly tone: StateTone;
  readonly frozen?: boolean;
  readonly under?: string;
  /** An action that some have signed and that waits for others. */
  readonly signing?: { readonly action: Text; readonly signed: readonly string[]; readonly missing: readonly { readonly role: string; readonly title: Text }[] };
  /** The time that runs in its state, for who is awaited. */
  readonly clock?: Deadline;
}

export interface Deadline {
  readonly since: Instant;
  readonly until: Instant;
  readonly by: string;
  /** What may be done once the time is over. */
  readonly then?: Text;
}

export interface Sums {
  readonly worth: number;
  readonly measured: number;
  readonly withheld: number;
  readonly claimed: number;
  readonly certified: number;
  readonly retained: number;
  readonly recovered: number;
  readonly due: number;
  readonly paid: number;
  /** As much of it as only the payer says was paid. */
  readonly said: number;
  readonly advance: number;
  readonly released: number;
  readonly held: number;
  readonly toCome: number;
  readonly advanceOpen: number;
}

export interface Contract extends Thing {
  readonly name?: string;
  readonly number: string;
  readonly owner: string;
  readonly contractor?: string;
  readonly bank?: string;
  readonly price?: number;
  readonly signed?: Instant;
  readonly pending?: boolean;
  readonly void?: boolean;
  readonly complete?: boolean;
  readonly sums: Sums;
}

export interface ContractView extends Contract {
  readonly block: BlockRef;
}

export interface Line extends Thing {
  readonly number: string;
  readonly title: string;
  readonly measure?: Text;
  readonly quantity: number;
  readonly varied: number;
  readonly price: number;
  readonly per: number;
  readonly signed: number;
  readonly worth: number;
  readonly done: number;
  readonly measured: number;
  readonly withheld: number;
}

export interface Variation extends Thing {
  readonly number: string;
  readonly change: number;
  readonly value: number;
  readonly reason?: string;
  readonly agreed?: Instant;
}

export interface Step {
  readonly title: Text;
  readonly at?: Instant;
  readonly now?: boolean;
  readonly done?: boolean;
}

export interface Claim extends Thing {
  readonly number: string;
  readonly cumulative: number;
  readonly gross: number;
  readonly retention: number;
  readonly recovery: number;
  readonly net: number;
  readonly wages: number;
  readonly setOff: number;
  readonly open?: boolean;
  readonly certified?: boolean;
  /** Nobody's answer certified it. */
  readonly silent?: boolean;
  readonly at?: Instant;
  readonly ordered: number;
  readonly paid: number;
  readonly said: number;
  /** MSP ids of who answers on its way. */
  readonly answers: readonly string[];
  readonly way: readonly Step[];
}

export interface Order extends Thing {
  readonly purpose?: Text;
  /** It goes to the wage account. */
  readonly wages?: boolean;
  readonly amount: number;
  readonly payer: string;
  readonly payee: string;
  readonly bank?: string;
  readonly ordered?: boolean;
  readonly paid?: boolean;
  /** Only the payer says that it was paid. */
  readonly said?: boolean;
  readonly at?: Instant;
  readonly reference?: string;
}
