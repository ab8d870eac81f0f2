import type { Device, Invitation, Session } from '../core/device';
import { refuse } from '../core/refusal';

/** Makes the key, accepts the invitation with it and keeps it once the ledger has it. Opening the same link again goes on where it was. Throws Refusal. */
export async function enrol(_invitation: Invitation): Promise<Device> { throw refuse('internal'); }
/** The device that signs here, undefined before enrolment. */
export async function currentDevice(): Promise<Device | undefined> { throw refuse('internal'); }
/** All devices of this browser, newest first. */
export async function devices(): Promise<Device[]> { throw refuse('internal'); }
/** Makes another of this browser's devices the one that signs. */
export async function chooseDevice(_kid: string): Promise<Device> { throw refuse('internal'); }
/** Throws the key away. What it signed stays in the queue. */
export async function forget(_kid: string): Promise<void> { throw refuse('internal'); }
/** Lets the device in to read. The session is renewed by itself afterwards. Throws Refusal; device-revoked and device-expired are remembered. */
export async function signIn(_device: Device): Promise<Session> { throw refuse('internal'); }
