// Package network runs a real Hyperledger Fabric network of four organisations on one machine, without Docker.
//
// Each organisation has a peer, a SmartBFT orderer and one service for each chaincode. Everything listens on
// loopback and keeps its data under one folder. Up starts what is missing and resumes the ledger that it finds,
// Down stops everything, Open looks at a network without starting it.
//
// The package builds and starts programs. It knows nothing of what they do.
package network
