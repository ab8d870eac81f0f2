// Package rootline holds the words of Rootline: assets, events, lots, tags, places, devices and the rules about
// them that need no rulebook. It is types and pure functions. It reads no clock, no disk and no network, so that
// chaincode, gateways, phones' test doubles and verifiers can all share it and agree to the byte.
package rootline
