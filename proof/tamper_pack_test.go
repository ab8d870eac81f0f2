package proof

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/rootline/rootline"
)

// part is a file of a ZIP.
type part struct {
	name string
	b    []byte
}

// unpressed deflates into blocks that are as they were: the file is the same whatever packs it.
func unpressed(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.NoCompression) }

// zipped makes a ZIP as gateways do.
func zipped(method uint16, parts ...part) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	z.RegisterCompressor(zip.Deflate, unpressed)
	for _, p := range parts {
		_ = must(must(z.CreateHeader(&zip.FileHeader{Name: p.name, Method: method})).Write(p.b))
	}
	must(0, z.Close())
	return out.Bytes()
}

// listing is a set that three gateways signed of items with their own proofs.
func (s *tale) listing(items ...Item) []byte {
	by := []*signer{s.orgs[0].client, s.orgs[1].client, s.orgs[3].client}
	b := s.set()
	b.Set.Items = items
	for _, c := range by {
		b.Voices = append(b.Voices, Voice{c.identity(), c.sign(b.Set.Message(b.Subject))})
	}
	return stored(b.encode())
}

func (s *tale) listed(own []byte) Item {
	h := rootline.HashOf(own)
	return Item{s.code, s.item.Seq, s.item.Head, &h}
}

// directoryOf is where the directory of a ZIP begins.
func directoryOf(z []byte) int { return int(binary.LittleEndian.Uint32(z[len(z)-6:])) }

func (x *tamperer) packs() {
	s := x.tale
	tree := stored(s.bundle().encode())
	set := part{PackSet, s.listing(Item{s.lot, 1, rootline.HashOf(nil), nil}, s.listed(tree))}
	item := part{PackItems + s.code + Extension, tree}
	good := zipped(zip.Store, set, item)
	benign := func(name string, file []byte) *tampered {
		c := x.add(name, "", file)
		c.Benign = true
		return c
	}
	benign("a set with an item's own proof", good)
	benign("packed parts", zipped(zip.Deflate, set, item))
	benign("parts in another order", zipped(zip.Store, item, set))
	benign("a set that names no proofs, in a ZIP", zipped(zip.Store, part{PackSet, stored(s.set(s.orgs[0].client, s.orgs[1].client, s.orgs[3].client).encode())}))
	x.add("the item's proof is missing", codePartMissing, zipped(zip.Store, set))
	x.add("the set is missing", codePartMissing, zipped(zip.Store, item))
	x.add("an item in place of the set", codePack, zipped(zip.Store, part{PackSet, tree}))
	x.add("a part that the set does not name", codeUnused, zipped(zip.Store, set, item, part{PackItems + s.lot + Extension, tree}))
	x.add("a folder beside the parts", codeUnused, zipped(zip.Store, set, item, part{PackItems, nil}))
	x.add("a part twice", codeOrder, zipped(zip.Store, set, item, item))
	fewer := s.ask(s.keys...)
	fewer.endorsers = fewer.endorsers[:3]
	three := stored(s.bundleOf(fewer.finish()).encode())
	x.add("another proof of the item than is named", codePartHash, zipped(zip.Store, set, part{item.name, three}))
	wrong := s.listed(tree)
	wrong.Head[0] ^= 1
	x.add("the item is in another state", codePartState, zipped(zip.Store, part{PackSet, s.listing(wrong)}, item))
	wrong = s.listed(tree)
	wrong.Seq++
	x.add("the item has another number of events", codePartState, zipped(zip.Store, part{PackSet, s.listing(wrong)}, item))
	const none = "9520001TREE0000102"
	absent := stored(s.absence(none).encode())
	x.add("a proof of absence as an item's own", codePartState, zipped(zip.Store, part{PackSet, s.listing(Item{none, 1, rootline.HashOf(nil), ptr(rootline.HashOf(absent))})}, part{PackItems + none + Extension, absent}))
	other := s.listed(tree)
	other.Code = s.lot
	x.add("the proof of another item", codeOtherSubject, zipped(zip.Store, part{PackSet, s.listing(other)}, part{PackItems + s.lot + Extension, tree}))
	broken := copied(s.bundle())
	broken.Events[2].Signature = flip(broken.Events[2].Signature, 9)
	forged := stored(broken.encode())
	x.add("a tampered proof that is named", codeEventSignature, zipped(zip.Store, part{PackSet, s.listing(s.listed(forged))}, part{item.name, forged}))
	x.add("an item of another ledger", codePin, zipped(zip.Store, part{PackSet, s.listing(s.listed(stored(x.twin.bundle().encode())))}, part{item.name, stored(x.twin.bundle().encode())}))
	asks := x.add("an item that fewer vouch for than is asked", codeFewerOrganisations, zipped(zip.Store, part{PackSet, func() []byte {
		b := s.set()
		b.Set.Items = []Item{s.listed(three)}
		for _, o := range s.orgs {
			b.Voices = append(b.Voices, Voice{o.client.identity(), o.client.sign(b.Set.Message(b.Subject))})
		}
		return stored(b.encode())
	}()}, part{item.name, three}))
	asks.Asked.Organisations = 4
	x.packForms(set, item, good)
}

// packForms are ZIPs in other forms than the one.
func (x *tamperer) packForms(set, item part, good []byte) {
	change := func(name string, code Code, do func(z []byte, directory int) []byte) {
		x.add(name, code, do(slices.Clone(good), directoryOf(good)))
	}
	end := len(good) - endBytes
	change("a comment behind a ZIP", codePack, func(z []byte, _ int) []byte {
		z[len(z)-2] = 3
		return append(z, "abc"...)
	})
	change("bytes behind a ZIP", codePack, func(z []byte, _ int) []byte { return append(z, 0) })
	change("bytes before a ZIP", codeMagic, func(z []byte, _ int) []byte { return append([]byte{0}, z...) })
	change("bytes between the parts", codePack, func(z []byte, at int) []byte { return slices.Insert(z, at, 0, 0) })
	for _, n := range []int{1, 30, 500} {
		change("a ZIP cut off", codePack, func(z []byte, _ int) []byte { return z[:len(z)-n] })
	}
	change("a ZIP of four bytes", codePack, func(z []byte, _ int) []byte { return z[:4] })
	change("a ZIP that counts a file less", codePack, func(z []byte, _ int) []byte { z[end+8]--; z[end+10]--; return z })
	change("a ZIP that counts a file more", codePack, func(z []byte, _ int) []byte { z[end+8]++; z[end+10]++; return z })
	change("a ZIP of two disks", codePack, func(z []byte, _ int) []byte { z[end+8]--; return z })
	for i, at := range []int{8, 10, 16, 24, 42} {
		name := []string{"flags", "method", "sum", "length", "local head"}[i]
		change("another "+name+" of a part", codePack, func(z []byte, directory int) []byte { z[directory+at] ^= 1; return z })
	}
	change("a part that is longer than any proof", codeTooLarge, func(z []byte, directory int) []byte { z[directory+24+3] = 2; return z })
	change("a part for long files", codePack, func(z []byte, directory int) []byte {
		binary.LittleEndian.PutUint32(z[directory+20:], 1<<32-1)
		return z
	})
	change("a damaged part", codePack, func(z []byte, directory int) []byte { z[directory-200] ^= 1; return z })
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	_ = must(must(z.Create(PackSet)).Write(make([]byte, MaxBytes+1)))
	must(0, z.Close())
	x.add("a bomb in a ZIP", codeTooLarge, bomb.Bytes())
	var many []part
	for i := range 502 {
		many = append(many, part{fmt.Sprint(i), nil})
	}
	x.add("too many parts", codeTooLarge, zipped(zip.Store, many...))
	hidden := bytes.Replace(zipped(zip.Deflate, set, item), []byte("set"), []byte("get"), 1)
	x.add("a part of another name in its local head", "", hidden).Benign = true
	extra := func(name string, code Code, id uint16) {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		z.RegisterCompressor(zip.Deflate, unpressed)
		for _, p := range []part{set, item} {
			_ = must(must(z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Extra: []byte{byte(id), byte(id >> 8), 8, 0, 1, 2, 3, 4, 5, 6, 7, 8}})).Write(p.b))
		}
		must(0, z.Close())
		x.add(name, code, out.Bytes()).Benign = code == ""
	}
	extra("a part with a field for long files", codePack, 1)
	extra("a part with an extra field", "", 0x7a7a)
}

func ptr[T any](v T) *T { return &v }

// FuzzPack changes the bytes of a ZIP of a set's proof and an item's. Nothing may break down, and what is taken says of the item
// what was packed.
func FuzzPack(f *testing.F) {
	s := newTale(f, "works")
	own := stored(s.bundle().encode())
	item := s.listed(own)
	anchor := s.anchor()
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		f.Add(zipped(method, part{PackSet, s.listing(item)}, part{PackItems + s.code + Extension, own}))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := VerifyPack(bytes.NewReader(file), int64(len(file)), anchor, Options{}, nil)
		if err != nil {
			return
		}
		if r.ItemsProven == nil || *r.ItemsProven != 1 || len(r.Items) != 1 || r.Items[0].Head != s.item.Head {
			t.Fatalf("%+v", r)
		}
	})
}
