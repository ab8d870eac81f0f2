// Package readmodel is what a gateway knows of the ledger, in SQLite: the state that events are judged against, byte
// for byte as the chaincode wrote it, and rows that pages and lists are read from. The projection is its one writer.
// All of it follows from the blocks and the evidence files, so the file may be deleted and is filled again.
//
// Queries return plain types of their own with the root package's inside. What is not there is refused with
// rootline.CodeNotFound, a cursor or filter that makes no sense with rootline.CodeBadRequest; every other error is a
// fault of the machinery.
package readmodel
