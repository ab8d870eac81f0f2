// Package proofs makes proofs of what the ledger holds, in the form of docs/proof.md: it has organisations' peers attest the
// records, and puts their answer together with what was signed, from the read model and from blocks. What is made verifies
// without this gateway; so nothing here is believed.
package proofs
