// Package channel verifies the blocks of a Hyperledger Fabric channel by hand, trusting no peer: from the pinned hash of
// block 0 it follows the channel's configuration, checks that a quorum of its orderers signed each block, and computes
// for each transaction what an honest Fabric 3.1 peer makes of it.
//
// It reads Fabric's messages with protowire alone and links nothing of Fabric's. Where a rule is Fabric's, the comment
// names the file that it is in. The rules are those of channels with SmartBFT orderers and the application capability
// V2_0 or later; what it does not recompute, it says.
package channel
