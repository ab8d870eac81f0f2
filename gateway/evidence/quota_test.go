package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/rootline/rootline"
)

// put stores some bytes that nobody else stores.
func put(t *testing.T, s *Store, by Owner, content []byte) (rootline.Hash, error) {
	t.Helper()
	h := rootline.HashOf(content)
	_, err := s.Put(t.Context(), by, h, int64(len(content)), bytes.NewReader(content))
	return h, err
}

func openWith(t *testing.T, dir string, q Quotas) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, q)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// A device, an organisation and all have quotas of bytes and of files, in whole files and in parts alike, and over a
// restart. What one of them has does not hinder others.
func TestQuotas(t *testing.T) {
	ten := func(i int) []byte { return fmt.Appendf(nil, "%010d", i) }
	for _, c := range []struct {
		name   string
		quotas func(*Quotas)
		who    func(i int) Owner
		of     Of
		other  Owner // for whom there is place
	}{
		{"bytes of a device", func(q *Quotas) { q.Device.Bytes = 35 }, func(int) Owner { return someone }, OfDevice, Owner{"other", "someone"}},
		{"files of a device", func(q *Quotas) { q.Device.Files = 3 }, func(int) Owner { return someone }, OfDevice, Owner{"other", "someone"}},
		{"bytes of an organisation", func(q *Quotas) { q.Organisation.Bytes = 35 }, func(i int) Owner { return Owner{fmt.Sprint(i), "someone"} }, OfOrganisation, Owner{"other", "another"}},
		{"files of an organisation", func(q *Quotas) { q.Organisation.Files = 3 }, func(i int) Owner { return Owner{fmt.Sprint(i), "someone"} }, OfOrganisation, Owner{"other", "another"}},
		{"bytes in all", func(q *Quotas) { q.All.Bytes = 35 }, func(i int) Owner { return Owner{fmt.Sprint(i), fmt.Sprint(i)} }, OfAll, Owner{}},
		{"files in all", func(q *Quotas) { q.All.Files = 3 }, func(i int) Owner { return Owner{fmt.Sprint(i), fmt.Sprint(i)} }, OfAll, Owner{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, dir := testQuotas, t.TempDir()
			c.quotas(&q)
			s := openWith(t, dir, q)
			for i := range 2 {
				if _, err := put(t, s, c.who(i), ten(i)); err != nil {
					t.Fatal(err)
				}
			}
			// The third comes in parts: its place is taken when it begins.
			part := Part{Hash: rootline.HashOf(ten(2)), By: c.who(2), Length: 10, Body: bytes.NewReader(ten(2)[:4])}
			if n, _, err := s.Append(t.Context(), part); n != 4 || err != nil {
				t.Fatal(n, err)
			}
			full := func(s *Store, when string) {
				t.Helper()
				var quota *QuotaError
				if _, err := put(t, s, c.who(3), ten(3)); !errors.As(err, &quota) || quota.Of != c.of {
					t.Errorf("%s: %v", when, err)
				}
				_, _, err := s.Append(t.Context(), Part{Hash: rootline.HashOf(ten(4)), By: c.who(4), Length: 10, Body: bytes.NewReader(ten(4))})
				if !errors.As(err, &quota) || quota.Of != c.of {
					t.Errorf("%s, in parts: %v", when, err)
				}
				if got := s.Standing().Amount; got != (Amount{30, 3}) {
					t.Errorf("%s: %v", when, got)
				}
			}
			full(s, "at once")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openWith(t, dir, q)
			full(s, "after a restart")
			if c.other != (Owner{}) {
				if _, err := put(t, s, c.other, []byte("0123456789")); err != nil {
					t.Errorf("another one: %v", err)
				}
			}
			// What is there already is not counted again, and what was begun is ended.
			if _, err := put(t, s, c.who(5), ten(0)); err != nil {
				t.Error(err)
			}
			part.Offset, part.Body = 4, bytes.NewReader(ten(2)[4:])
			if _, whole, err := s.Append(t.Context(), part); !whole || err != nil {
				t.Error(whole, err)
			}
		})
	}
}

// What was not kept does not count: other bytes, a cut line, a part that was given up.
func TestQuotaIsGivenBack(t *testing.T) {
	q := testQuotas
	q.Device = Amount{100, 1}
	s := openWith(t, t.TempDir(), q)
	h := rootline.HashOf([]byte("right"))
	for range 3 {
		if _, err := s.Put(t.Context(), someone, h, 5, bytes.NewReader([]byte("wrong"))); !errors.Is(err, ErrOther) {
			t.Fatal(err)
		}
		if _, err := s.Put(t.Context(), someone, h, 5, iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(err)
		}
		if _, _, err := s.Append(t.Context(), Part{Hash: h, By: someone, Length: 5, Body: bytes.NewReader([]byte("wrong"))}); !errors.Is(err, ErrOther) {
			t.Fatal(err)
		}
		if _, _, err := s.Append(t.Context(), Part{Hash: h, By: someone, Length: 5, Body: bytes.NewReader([]byte("ri"))}); err != nil {
			t.Fatal(err)
		}
		// The same file is to have another length: it begins again.
		var at *OffsetError
		if _, _, err := s.Append(t.Context(), Part{Hash: h, By: someone, Offset: 2, Length: 6, Body: bytes.NewReader([]byte("ght"))}); !errors.As(err, &at) || at.Offset != 0 {
			t.Fatal(err)
		}
		if got := s.Standing().Amount; got != (Amount{}) {
			t.Fatal(got)
		}
	}
	if _, err := put(t, s, someone, []byte("right")); err != nil {
		t.Error(err)
	}
}

// Evidence ends before the disk does; what is coming counts before it is written. It goes on by itself.
func TestReserveOfTheDisk(t *testing.T) {
	q, dir := testQuotas, t.TempDir()
	q.Reserve = 1000
	s := openWith(t, dir, q)
	room := int64(1010)
	s.free = func() int64 { return room }
	r, w := io.Pipe()
	first := make(chan error, 1)
	ten := []byte("0123456789")
	go func() {
		_, err := s.Put(t.Context(), someone, rootline.HashOf(ten), 10, r)
		first <- err
	}()
	if _, err := w.Write(ten[:5]); err != nil { // it has begun
		t.Fatal(err)
	}
	if _, err := put(t, s, someone, []byte("x")); !errors.Is(err, ErrNoRoom) {
		t.Errorf("beside what is coming: %v", err)
	}
	_, _ = w.Write(ten[5:])
	_ = w.Close()
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	part := Part{Hash: rootline.HashOf([]byte("abcdef")), By: someone, Length: 6, Body: bytes.NewReader([]byte("abc"))}
	if n, _, err := s.Append(t.Context(), part); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	room = 1000
	part.Offset, part.Body = 3, bytes.NewReader([]byte("def"))
	if n, _, err := s.Append(t.Context(), part); n != 3 || !errors.Is(err, ErrNoRoom) || !s.Full() {
		t.Errorf("%d, %v, full: %v", n, err, s.Full())
	}
	room = 1010
	if _, whole, err := s.Append(t.Context(), part); !whole || err != nil || s.Full() {
		t.Error(whole, err, s.Full())
	}
	if left, _ := os.ReadDir(filepath.Join(dir, partial)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestParseAmount(t *testing.T) {
	for s, want := range map[string]Amount{"50GiB/200000": {50 << 30, 200_000}, "5/1": {5, 1}, "1KiB/2": {1024, 2}, "3MiB/4": {3 << 20, 4}, "1TiB/1": {1 << 40, 1}} {
		if got, err := ParseAmount(s); got != want || err != nil {
			t.Errorf("%s: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "/", "5", "5GiB", "GiB/5", "5/0", "0/5", "-5/5", "5GB/5", "9999999TiB/5", "5/99999999999999999999", "5/5/5", " 5/5"} {
		if got, err := ParseAmount(s); err == nil {
			t.Errorf("%q: %v", s, got)
		}
	}
}
