// Package rulebook reads rulebooks, finds their mistakes before anybody adopts them, and evaluates their rules.
//
// A rulebook is YAML: the kinds of things that are traced, their states, and the actions that lead from one state to
// the next, with who may do them, what they ask, the rules that may refuse them, and what the asset's record keeps.
// README.md in this folder describes the language; books/ holds the rulebooks that Rootline ships.
//
// The package is pure: it reads no clock and does no I/O, and the same rulebook and facts give the same answer on every
// machine. Rules calculate with 64-bit integers only; an overflow, a division by zero or reading what is absent leaves
// the rule undecided, which refuses. A Rulebook does not change after Parse and may be used from several goroutines.
package rulebook
