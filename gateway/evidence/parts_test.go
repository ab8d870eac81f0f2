package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"

	"github.com/rootline/rootline"
)

const phone = "kid-1_x"

var content = []byte("a photo that comes in parts")

func part(from int64, body io.Reader) Part {
	return Part{Hash: rootline.HashOf(content), By: Owner{phone, "someone"}, Offset: from, Length: int64(len(content)), Body: body}
}

func TestPartsAcrossACutAndARestart(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := open(t, dir)
	cut := errors.New("line dropped")
	n, whole, err := s.Append(ctx, part(0, io.MultiReader(bytes.NewReader(content[:5]), iotest.ErrReader(cut))))
	if n != 5 || whole || !errors.Is(err, cut) {
		t.Fatal(n, whole, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if n, err := s.Offset(ctx, rootline.HashOf(content), phone); n != 5 || err != nil {
		t.Fatal("after a restart: ", n, err)
	}
	if n, _ := s.Offset(ctx, rootline.HashOf(content), "another"); n != 0 {
		t.Error("another device sees the part")
	}
	var wrong *OffsetError
	for _, from := range []int64{0, 4, 6} {
		if _, _, err := s.Append(ctx, part(from, bytes.NewReader(content[from:]))); !errors.As(err, &wrong) || wrong.Offset != 5 {
			t.Errorf("from %d: %v", from, err)
		}
	}
	if n, whole, err := s.Append(ctx, part(5, bytes.NewReader(content[5:9]))); n != 9 || whole || err != nil {
		t.Fatal(n, whole, err)
	}
	if n, whole, err := s.Append(ctx, part(9, bytes.NewReader(content[9:]))); n != int64(len(content)) || !whole || err != nil {
		t.Fatal(n, whole, err)
	}
	f, err := s.Open(ctx, rootline.HashOf(content))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if b, _ := io.ReadAll(f); !bytes.Equal(b, content) {
		t.Errorf("%q", b)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, parts)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	// Who did not hear that it is whole is told so.
	if _, whole, err := s.Append(ctx, part(9, bytes.NewReader(content[9:]))); !whole || err != nil {
		t.Error(whole, err)
	}
}

func TestPartsThatAreNotKept(t *testing.T) {
	for _, c := range []struct {
		name string
		part func(*Part)
		want error
	}{
		{"other bytes", func(p *Part) { p.Body = bytes.NewReader(bytes.Repeat([]byte("x"), len(content))) }, ErrOther},
		{"longer than said", func(p *Part) { p.Length-- }, ErrLength},
		{"too large", func(p *Part) { p.Length = MaxBytes + 1 }, ErrTooLarge},
		{"empty", func(p *Part) { p.Length = 0 }, ErrEmpty},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, t.TempDir())
			p := part(0, bytes.NewReader(content))
			c.part(&p)
			if _, whole, err := s.Append(t.Context(), p); whole && err == nil || !errors.Is(err, c.want) {
				t.Fatal(whole, err)
			}
			if n, _ := s.Offset(t.Context(), p.Hash, phone); n != 0 || s.Has(t.Context(), p.Hash) {
				t.Errorf("%d bytes were kept", n)
			}
		})
	}
}

// A phone that comes back need not wait until its first line, which nobody told us was cut, times out.
func TestPartIsTakenOver(t *testing.T) {
	s := open(t, t.TempDir())
	r, w := io.Pipe()
	first := part(0, r)
	first.Interrupt = func() { _ = w.CloseWithError(io.ErrUnexpectedEOF) }
	done := make(chan int64)
	go func() {
		n, _, _ := s.Append(context.Background(), first)
		done <- n
	}()
	if _, err := w.Write(content[:7]); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if n, whole, err := s.Append(ctx, part(7, bytes.NewReader(content[7:]))); !whole || err != nil {
		t.Fatal(n, whole, err)
	}
	if n := <-done; n != 7 {
		t.Errorf("the first kept %d", n)
	}
}

func TestPartsAreBounded(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	begin := func(i int, sender string) {
		p := Part{Hash: rootline.HashOf(fmt.Append(nil, i)), By: Owner{sender, "someone"}, Length: 10, Body: bytes.NewReader([]byte("12345"))}
		if n, _, err := s.Append(t.Context(), p); n != 5 || err != nil {
			t.Fatal(n, err)
		}
		// Times of files are coarse: parts that come at once would have no order.
		at := time.Now().Add(time.Duration(i)*time.Second - time.Hour)
		if err := os.Chtimes(filepath.Join(dir, partName(p.Hash, sender)), at, at); err != nil {
			t.Fatal(err)
		}
	}
	begin(0, "other")
	for i := range maxParts + 3 {
		begin(i, phone)
	}
	mine, _ := s.list(phone)
	if all, _ := s.list(""); len(mine) != maxParts || len(all) != maxParts+1 {
		t.Errorf("%d parts, %d of all", len(mine), len(all))
	}
	if n, _ := s.Offset(t.Context(), rootline.HashOf([]byte("0")), phone); n != 0 {
		t.Error("the oldest part is still there")
	}
	// A week later they are gone: when a new one comes, and when the store is opened.
	s.now = func() time.Time { return time.Now().Add(PartLife + time.Minute) }
	if err := s.sweepParts(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all, _ := s.list(""); len(all) != 0 {
		t.Errorf("%d parts are left", len(all))
	}
}
