package wire

import (
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// What a batch says of its size is what it unpacks to; one that says less than it holds counts as the most there is.
func TestUnpackedSize(t *testing.T) {
	for _, n := range []int{1, 10, 500} {
		arg, err := EncodeBatch(make([]rootline.Submission, n))
		if err != nil {
			t.Fatal(err)
		}
		b, err := decompressor.DecodeAll([]byte(arg[1:]), nil)
		if size := UnpackedSize(arg); err != nil || size < int64(len(b)) || size > max(int64(len(b)), maxZstdBlock) {
			t.Errorf("%d events: %d, they unpack to %d (%v)", n, UnpackedSize(arg), len(b), err)
		}
	}
	pack := func(s string) string { return string(compressor.EncodeAll([]byte(s), nil)) }
	streamed := func() string {
		var b strings.Builder
		w, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			_, _ = w.Write(make([]byte, 1000))
			_ = w.Flush() // so that the head cannot know
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}()
	head := string(rune(batchVersion))
	for name, arg := range map[string]string{
		"two frames": head + pack("x") + pack(strings.Repeat("y", 1<<20)), "cut off": head + pack(strings.Repeat("y", 1000))[:12],
		"nothing": head, "no frame": head + "rubbish",
	} {
		if n := UnpackedSize(arg); n != limits.UnpackedBytes {
			t.Errorf("%s: %d", name, n)
		}
	}
	if n := UnpackedSize(head + streamed); n < 1_000_000 {
		t.Errorf("without a size: %d", n)
	}
	if n := UnpackedSize("\x02" + pack("x")); n != 0 {
		t.Errorf("another version: %d", n)
	}
}
