package evidence

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence/picture"
)

// photo is a JPEG that is like no other of another number.
func photo(t *testing.T, number uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 300, 200))
	for i := range img.Pix {
		img.Pix[i] = number * 10
	}
	img.Set(0, 0, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func putPhoto(t *testing.T, s *Store, number uint8) rootline.Hash {
	t.Helper()
	h, err := put(t, s, someone, photo(t, number))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// kept reports whether a smaller picture lies in the folder.
func kept(dir string, h rootline.Hash, side int) bool {
	_, err := os.Stat(filepath.Join(dir, pictureName(h, side)))
	return err == nil
}

func TestPictureIsKept(t *testing.T) {
	dir := t.TempDir()
	s := openWith(t, dir, testQuotas)
	h := putPhoto(t, s, 1)
	made, err := s.Picture(t.Context(), h, Small)
	if err != nil || !kept(dir, h, Small) || kept(dir, h, Large) {
		t.Fatal(err)
	}
	c, err := jpeg.DecodeConfig(bytes.NewReader(made))
	if err != nil || c.Width != 240 || c.Height != 160 {
		t.Errorf("%v %v", c, err)
	}
	// Nobody makes one now: it is read.
	if err := s.making.Acquire(t.Context(), picture.MaxPixels); err != nil {
		t.Fatal(err)
	}
	again, err := s.Picture(t.Context(), h, Small)
	if err != nil || !bytes.Equal(again, made) {
		t.Error(err)
	}
	s.making.Release(picture.MaxPixels)
	// Another is in its place: it is made anew, and so is one that is lost.
	path := filepath.Join(dir, pictureName(h, Small))
	for _, change := range []func() error{
		func() error { return os.WriteFile(path, []byte("forged"), 0o600) }, func() error { return os.Remove(path) },
		func() error { return s.index.do(t.Context(), `UPDATE pictures SET edition = 0, sum = x'00'`) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if again, err := s.Picture(t.Context(), h, Small); err != nil || !bytes.Equal(again, made) || s.pictures != (Amount{int64(len(made)), 1}) {
			t.Errorf("%v, %s", err, s.pictures)
		}
	}
	// What is kept is known again after a restart.
	was := s.pictures
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s = openWith(t, dir, testQuotas); s.pictures != was {
		t.Errorf("%s, not %s", s.pictures, was)
	}
}

func TestPictureOfWhatIsNone(t *testing.T) {
	s := openWith(t, t.TempDir(), testQuotas)
	h, err := put(t, s, someone, []byte("a report"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if made, err := s.Picture(t.Context(), h, Small); !errors.Is(err, ErrNoPicture) || made != nil || s.pictures != (Amount{0, 1}) {
			t.Errorf("%d bytes, %v, %s", len(made), err, s.pictures)
		}
	}
	if _, err := s.Picture(t.Context(), rootline.HashOf([]byte("unknown")), Small); !errors.Is(err, ErrNotStored) {
		t.Error(err)
	}
	if _, err := s.Picture(t.Context(), h, 10_000); err == nil || errors.Is(err, ErrNoPicture) {
		t.Error(err)
	}
}

// The picture of a file that was changed on the disk, or that is gone, is not shown.
func TestPictureGoesWithItsFile(t *testing.T) {
	dir := t.TempDir()
	s := openWith(t, dir, testQuotas)
	changed, gone := putPhoto(t, s, 1), putPhoto(t, s, 2)
	for _, h := range []rootline.Hash{changed, gone} {
		for _, side := range []int{Small, Large} {
			if _, err := s.Picture(t.Context(), h, side); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, name(changed)), photo(t, 3)[1:], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Picture(t.Context(), changed, Small); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	s.at(UnnamedLife + time.Minute)
	if _, err := s.Sweep(t.Context(), nobody); err != nil {
		t.Fatal(err)
	}
	if kept(dir, gone, Small) || kept(dir, gone, Large) || s.pictures != (Amount{}) {
		t.Errorf("%s are left of what is gone", s.pictures)
	}
}

func TestPicturesMakeWay(t *testing.T) {
	dir := t.TempDir()
	s := openWith(t, dir, testQuotas)
	s.picturesMost = Amount{1 << 20, 3}
	start := time.Now()
	var all []rootline.Hash
	at := func(hours int) { s.now = func() time.Time { return start.Add(time.Duration(hours) * time.Hour) } }
	show := func(h rootline.Hash) {
		if _, err := s.Picture(t.Context(), h, Small); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		all = append(all, putPhoto(t, s, uint8(i)))
		at(2 * i)
		show(all[i])
	}
	at(10)
	show(all[0]) // asked for again
	all = append(all, putPhoto(t, s, 3))
	show(all[3])
	for i, want := range []bool{true, false, true, true} {
		if kept(dir, all[i], Small) != want {
			t.Errorf("picture %d is kept: %v", i, !want)
		}
	}
	s.picturesMost.Bytes = s.pictures.Bytes
	all = append(all, putPhoto(t, s, 4))
	show(all[4])
	if !s.pictures.within(s.picturesMost) || !kept(dir, all[4], Small) {
		t.Errorf("%s of %s", s.pictures, s.picturesMost)
	}
}

// A full disk shows pictures all the same, and keeps none.
func TestPictureOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	s := openWith(t, dir, testQuotas)
	h := putPhoto(t, s, 1)
	s.free = func() int64 { return s.quotas.Reserve }
	for range 2 {
		if made, err := s.Picture(t.Context(), h, Large); err != nil || len(made) == 0 || kept(dir, h, Large) || s.pictures != (Amount{}) {
			t.Errorf("%d bytes, %v, %s", len(made), err, s.pictures)
		}
	}
}

// Who waits for others' pictures to be made may leave.
func TestPicturesAreMadeInTurn(t *testing.T) {
	s := openWith(t, t.TempDir(), testQuotas)
	h := putPhoto(t, s, 1)
	if err := s.making.Acquire(t.Context(), picture.MaxPixels/makers+1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Picture(ctx, h, Small); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	s.making.Release(picture.MaxPixels/makers + 1)
	if _, err := s.Picture(t.Context(), h, Small); err != nil {
		t.Error(err)
	}
}
