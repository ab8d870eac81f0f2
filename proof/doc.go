// Package proof reads, makes and verifies proofs: files that show a stranger, who trusts nobody in particular, what a ledger of
// Rootline holds of one item, or that it never recorded a code. docs/proof.md has the format and the order of the checks.
//
// It verifies by hand, from the pinned hash of a configuration, and links nothing of Fabric's, no gRPC and no SQL, so that
// others can import it. A second implementation, in TypeScript, is the page /verify/; both give the same code for everything.
package proof
