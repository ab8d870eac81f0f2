// Command bench measures Rootline against the usual way of putting assets on Hyperledger Fabric: one asset a
// transaction, by a plain fabric-gateway client into a chaincode that stores it (bench/plain).
//
// Both sides run in one run on one network with the same channel and the same endorsement (two of four organisations),
// in interleaved slices: A B B A. What is reported is the median of the paired ratios, since absolute figures of a busy
// machine mean little. Only transactions that a peer found valid count; after each slice they are counted in the blocks.
// Processor seconds come from /proc, by kind of process.
//
//	go run ./bench            a short form, five minutes at most
//	go run ./bench -full      larger slices, more of them, and the measures that need many assets
//	go run ./bench -only events,latency
//
// It writes a table to standard output and bench-result.json. docs/performance.md says what was found.
package main
