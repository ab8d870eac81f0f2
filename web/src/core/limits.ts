// Written from limits/table.go by `go test ./limits -update`.

/** Limits that the pages share with gateways and chaincode. Lengths are in bytes. */
export const limits = {
  accuracy: 10000,
  data: 16384,
  evidence: 32,
  file: 26214400,
  header: 1024,
  inputs: 64,
  into: 64,
  jws: 262144,
  listed: 1000000,
  mediaType: 100,
  messageMembers: 200000,
  nesting: 8,
  proof: 16777216,
  proofActs: 1024,
  proofItems: 1048576,
  proofSubject: 200,
  proofValue: 65536,
  refs: 64,
  setPack: 67108864,
  setProofs: 500,
} as const;
