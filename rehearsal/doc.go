// Package rehearsal plays the examples of a rulebook: little histories of steps that the rules must allow or refuse. It
// founds a ledger in memory with the organisations that the examples name, has the rulebook adopted there by vote, enrols
// the actors, and then has each step signed with its actor's key and judged as on a real ledger, by package judge. What
// it reports besides is which rules no example shows allowing or refusing anything.
package rehearsal
