import type { PublicKey } from '../core/device';
import { parseJws, readJson, verifyJws } from '../core/jws';
import type { RefusalShape } from '../core/refusal';
import type { EventBody, EventStatus } from '../core/types';
import { sha256 } from '../core/hash';
import { isEventIdOf } from '../core/uuidv7';

// A gateway and its ledger in memory, as far as the field app's tests need them: what is signed is really verified, an
// event is recorded once by its id, states follow a small life, evidence must be there before its event. With `drop` a
// request is lost on its way there or its answer on the way back.

/** state before -> action -> state after; '' is a thing that is not there yet. */
const life: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': { select: 'selected', inventory: 'established' },
  selected: { lift: 'lifted', measure: 'selected' },
  lifted: { plant: 'planted' },
  planted: { water: 'planted', accept: 'established' },
  established: { water: 'established' },
};

const both = (s: string): { en: string; zh: string } => ({ en: s, zh: s });
const error = (code: string): RefusalShape => ({ code, says: both(code) });

export class FakeGateway {
  readonly net = 'f00d'.repeat(8);
  /** Known devices by kid. */
  readonly devices = new Map<string, { key: PublicKey; role: string; revoked?: boolean; ended?: string; until?: string }>();
  /** Invitations by the thumbprint of their one-time key. */
  /** By the id of the event that invites. */
  readonly invitations = new Map<string, { key: PublicKey; role: string; usedBy?: string }>();
  /** The ledger: events in order. */
  readonly ledger: EventBody[] = [];
  /** Each recorded event as it was signed. */
  readonly signed = new Map<string, string>();
  readonly states = new Map<string, string>();
  readonly evidence = new Map<string, Uint8Array>();
  readonly parts = new Map<string, Uint8Array>();
  /** Other answers of GET, by path with its query. */
  readonly pages = new Map<string, unknown>();
  readonly nonces = new Set<string>();
  /** Every request that arrived: "POST /api/v1/events". */
  readonly log: string[] = [];
  /** Biggest number of events in one request. */
  biggest = 0;
  session: string | undefined;
  knowsPieces = true;
  online = true;
  /** Looks at each request; throwing loses it on its way there, answering a function loses or changes the answer. */
  drop: (call: { method: string; path: string; n: number }) => 'request' | 'answer' | undefined = () => undefined;
  /** Events that are answered as queued, so many times, before they are final. */
  slow = 0;
  /** Answers instead of the real one. */
  override: ((method: string, path: string) => Response | undefined) | undefined;
  /** Cuts an upload after so many bytes of its piece arrived. */
  cutAfter: number | undefined;
  #calls = 0;

  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const path = String(input);
    const method = init.method ?? 'GET';
    const n = this.#calls++;
    if (!this.online) throw new TypeError('network');
    const lost = this.drop({ method, path, n });
    if (lost === 'request') throw new TypeError('lost on its way');
    this.log.push(`${method} ${path.split('?')[0]!}`);
    const response = this.override?.(method, path) ?? (await this.#answer(method, path, init));
    if (lost === 'answer') throw new TypeError('answer lost');
    return response;
  };

  async #answer(method: string, path: string, init: RequestInit): Promise<Response> {
    const [route] = path.split('?') as [string];
    const json = (): Record<string, unknown> => JSON.parse(init.body as string) as Record<string, unknown>;
    if (route === '/api/v1/events') return this.#events(json().events as { jws: string }[]);
    if (route === '/api/v1/events:check') return ok({ results: (json().events as { jws: string }[]).map(({ jws }) => ({ event: idOf(jws), status: 'acceptable' })) });
    if (route.startsWith('/api/v1/events/')) return this.#event(route.slice(15));
    if (route === '/api/v1/session') return this.#signIn(json().jws as string);
    if (route === '/api/v1/ledger') return ok({ net: this.net, organisations: [{ mspId: 'OwnerMSP', title: both('Owner'), prefix: '9520001', roles: [] }], channel: 'works', block: { number: this.ledger.length, hash: '0'.repeat(64) }, gateway: { organisation: 'OwnerMSP', origin: 'https://works.example' } });
    if (route.startsWith('/api/v1/evidence/')) return this.#evidence(method, route.slice(17), init);
    if (route.startsWith('/api/v1/devices/')) return this.#device(route.slice(16));
    const page = this.pages.get(path);
    return page === undefined ? problem(404, 'not-found') : ok(page);
  }

  async #events(subs: { jws: string }[]): Promise<Response> {
    this.biggest = Math.max(this.biggest, subs.length);
    if (this.slow > 0) {
      this.slow -= 1;
      return ok({ results: subs.map(({ jws }) => ({ event: idOf(jws), status: 'queued' })) }, 202);
    }
    const results: EventStatus[] = [];
    for (const { jws } of subs) results.push(await this.#record(jws));
    if (results.every((r) => r.status === 'refused')) {
      const errors = results.map((r, index) => ({ index, event: r.event, error: r.error }));
      return problem(422, results[0]!.error!.code, { errors });
    }
    return ok({ results });
  }

  async #record(jws: string): Promise<EventStatus> {
    const signed = parseJws(jws);
    const e = signed && (readJson(signed.payload) as unknown as EventBody | undefined);
    if (signed === undefined || e === undefined) return { status: 'refused', error: error('malformed-jws') };
    const no = (code: string): EventStatus => ({ event: e.id, status: 'refused', error: error(code) });
    if (!(await isEventIdOf(signed.header.kid, e.id))) return no('id-of-another-key');
    const at = this.ledger.findIndex((x) => x.id === e.id);
    const yes = (n: number): EventStatus => ({ event: e.id, status: 'committed', transaction: `tx${n}`, block: n });
    if (at >= 0) return yes(at + 1);
    for (const file of e.evidence ?? []) if (!this.evidence.has(file.sha256)) return no('evidence-missing');
    if (e.action === 'enrol') return (await this.#enrol(e, signed)) ?? yes(this.ledger.push(e));
    const device = this.devices.get(signed.header.kid);
    if (device === undefined) return no('unknown-device');
    if (!(await verifyJws(signed, device.key))) return no('bad-signature');
    if (device.revoked) return no('device-revoked');
    const next = life[this.states.get(e.asset!) ?? '']?.[e.action];
    if (next === undefined) return no('wrong-state');
    for (const input of e.inputs ?? []) if (!this.states.has(input.asset)) return no('unknown-input');
    this.states.set(e.asset!, next);
    this.signed.set(e.id, jws);
    return yes(this.ledger.push(e));
  }

  #event(id: string): Response {
    const jws = this.signed.get(id);
    return jws === undefined ? problem(404, 'not-found') : ok({ id, status: 'committed', jws });
  }

  async #enrol(e: EventBody, signed: NonNullable<ReturnType<typeof parseJws>>): Promise<EventStatus | undefined> {
    const no = (code: string): EventStatus => ({ event: e.id, status: 'refused', error: error(code) });
    const { key, role, proof } = e.data as { key: PublicKey; role: string; proof: string };
    const vouch = parseJws(proof)!;
    const said = readJson(vouch.payload);
    const invitation = this.invitations.get(said?.invitation as string);
    if (invitation === undefined) return no('unknown-invitation');
    if (said?.organisation !== 'OwnerMSP') return no('other-inviter');
    if (invitation.usedBy !== undefined) return no('invitation-used');
    const fine = (await verifyJws(vouch, invitation.key)) && (await verifyJws(signed, key)) && vouch.header.typ === 'rootline-enrolment';
    if (!fine || said?.device !== signed.header.kid) return no('bad-signature');
    if (role !== invitation.role) return no('role-not-invited');
    invitation.usedBy = signed.header.kid;
    this.devices.set(signed.header.kid, { key, role });
    return undefined;
  }

  async #signIn(jws: string): Promise<Response> {
    const signed = parseJws(jws)!;
    const device = this.devices.get(signed.header.kid);
    const message = readJson(signed.payload)!;
    if (device === undefined) return problem(403, 'unknown-device');
    if (device.revoked) return problem(403, 'device-revoked', { ...(device.ended !== undefined && { ended: device.ended }) });
    if (device.until !== undefined && Date.parse(device.until) < Date.now()) return problem(403, 'device-expired');
    const fresh = !this.nonces.has(message.nonce as string) && Date.parse(message.expires as string) > Date.now();
    if (!fresh || signed.header.typ !== 'rootline-sign-in' || message.origin !== 'https://works.example' || !(await verifyJws(signed, device.key))) return problem(401, 'sign-in-refused');
    this.nonces.add(message.nonce as string);
    this.session = signed.header.kid;
    return ok({ device: signed.header.kid, organisation: 'OwnerMSP', role: device.role, name: 'C7', token: 't', expires: new Date(Date.now() + 12 * 3_600_000).toISOString() });
  }

  #signedIn(): Response | undefined {
    if (this.session === undefined) return problem(401, 'sign-in-needed');
    return this.devices.get(this.session)?.revoked ? problem(403, 'device-revoked') : undefined;
  }

  #device(kid: string): Response {
    const d = this.devices.get(kid);
    return this.#signedIn() ?? (d === undefined ? problem(404, 'not-found') : ok({ kid, role: d.role, organisation: 'OwnerMSP', name: 'C7', since: '2026-01-01T00:00:00Z', ...(d.until && { until: d.until }) }));
  }

  async #evidence(method: string, hash: string, init: RequestInit): Promise<Response> {
    const denied = this.#signedIn();
    if (denied !== undefined) return method === 'HEAD' ? new Response(null, { status: denied.status }) : denied;
    const part = this.parts.get(hash) ?? new Uint8Array();
    const offset = { 'Upload-Offset': String(part.length) };
    if (method === 'HEAD') {
      if (this.evidence.has(hash)) return new Response(null, { status: 200 });
      return new Response(null, part.length > 0 ? { status: 404, headers: offset } : { status: 404 });
    }
    let bytes = new Uint8Array(await (init.body as Blob).arrayBuffer());
    if (method === 'PATCH') {
      if (!this.knowsPieces) return problem(405, 'bad-request');
      const headers = new Headers(init.headers);
      if (Number(headers.get('Upload-Offset')) !== part.length) return problem(409, 'evidence-offset', {}, offset);
      const cut = this.cutAfter;
      if (cut !== undefined) {
        this.cutAfter = undefined;
        bytes = bytes.slice(0, cut);
      }
      const whole = new Uint8Array([...part, ...bytes]);
      this.parts.set(hash, whole);
      if (cut !== undefined) throw new TypeError('cut');
      if (whole.length < Number(headers.get('Upload-Length'))) return new Response(null, { status: 204, headers: { 'Upload-Offset': String(whole.length) } });
      bytes = whole;
    }
    this.parts.delete(hash);
    if ((await sha256(bytes)) !== hash) return problem(400, 'bad-request');
    this.evidence.set(hash, bytes);
    return ok({ sha256: hash }, 201);
  }
}

const idOf = (jws: string): string => readJson(parseJws(jws)!.payload)!.id as string;

const ok = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

export function problem(status: number, code: string, more: object = {}, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ type: `/problems/${code}`, title: code, status, code, detail: code, says: both(code), ...more }), {
    status, headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}
