/** This browser's own key, and who it is on the ledger. What it may do is decided by the ledger's record. */
export interface Device {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  /** The ledger that it signs for. */
  readonly net: string;
  /** MSP id. */
  readonly organisation: string;
  readonly role: string;
  /** A pseudonym: "C7". */
  readonly name: string;
  /** When it ends by itself; absent for never, or before the first sign-in told. */
  readonly until?: string;
  /** A P-256 key for ECDSA that cannot be exported. */
  readonly key: CryptoKey;
  readonly publicKey: PublicKey;
  readonly enrolled: string;
  /** Told by a gateway: it can no longer sign. What is queued stays. */
  readonly revoked?: { readonly code: 'device-revoked' | 'device-expired'; readonly at: string };
}

/** A public P-256 key as a JWK, with exactly these members. */
export interface PublicKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** A device's leave to read what is not public; the cookie is the gateway's. */
export interface Session {
  readonly device: string;
  readonly organisation: string;
  readonly role: string;
  readonly name: string;
  readonly expires: string;
}

/** What the fragment of an invitation's link holds (client.InviteToken), and where it leads. */
export interface Invitation {
  /** The private number of the one-time key: 32 bytes in base64url. */
  readonly k: string;
  readonly net: string;
  /** The id of the event that invites. The device accepts this one of this organisation, and no other that has the key. */
  readonly invitation: string;
  readonly organisation: string;
  readonly role: string;
  readonly name: string;
  readonly expires: string;
  /** The origin of the gateway that made it: "https://works.example". */
  readonly gateway: string;
}
