package wire

import (
	"github.com/klauspost/compress/zstd"

	"github.com/rootline/rootline/limits"
)

// maxZstdBlock is what one block of a frame unpacks to at most (RFC 8878, 3.1.1.2.4).
const maxZstdBlock = 128 << 10

// UnpackedSize bounds how many bytes the argument of Record unpacks to, without unpacking it. It is exact where the head of
// its one frame says so (RFC 8878, 3.1.1.1), as that of all but the shortest batches does.
func UnpackedSize(arg string) int64 {
	if arg == "" || len(arg) > MaxBatchBytes || arg[0] != batchVersion {
		return 0 // it is refused before anything is unpacked
	}
	arg = arg[1:]
	var head zstd.Header
	if err := head.Decode([]byte(arg[:min(len(arg), zstd.HeaderMaxSize)])); err != nil || head.Skippable {
		return limits.UnpackedBytes
	}
	size, whole := boundOf(arg, &head)
	if !whole {
		return limits.UnpackedBytes
	}
	if head.HasFCS && head.FrameContentSize < limits.UnpackedBytes {
		size = int64(head.FrameContentSize) // just bounded
	}
	return min(size, limits.UnpackedBytes)
}

// boundOf adds up what the blocks of a frame unpack to at most; whole says that nothing follows the last of them.
func boundOf(frame string, head *zstd.Header) (size int64, whole bool) {
	at := head.HeaderSize
	for last := false; !last; {
		if len(frame) < at+3 {
			return 0, false
		}
		b := int(frame[at]) | int(frame[at+1])<<8 | int(frame[at+2])<<16
		at += 3
		last = b&1 == 1
		switch n := b >> 3; b >> 1 & 3 {
		case 0: // as it is
			at, size = at+n, size+int64(n)
		case 1: // one byte, repeated
			at, size = at+1, size+int64(n)
		default:
			at, size = at+n, size+maxZstdBlock
		}
	}
	if head.HasCheckSum {
		at += 4
	}
	return size, at == len(frame)
}
