// Package projection reads the blocks for one organisation, trusting nobody: it checks that they continue the chain,
// judges every event again with the code that the chaincode judges with, compares what it would have written with what
// was written, byte by byte, and applies what agrees to the read model, with the cursor in the same SQL transaction.
//
// What does not agree is kept, flagged and alarmed, and changes nothing in the state that is judged by. A block that
// does not continue the chain stops the projection, and so does a protocol number that this build does not know; nothing
// is skipped.
package projection
