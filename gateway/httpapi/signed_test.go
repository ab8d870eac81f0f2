package httpapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// What a guest downloads of an item is checked here with nothing of Rootline's: the signatures with the keys in the file,
// and the heads from zero to the record's.
func TestSignedItemIsCheckedByStrangers(t *testing.T) {
	w := newWorks(t)
	var file struct {
		Head    string
		Events  []struct{ JWS, Head string }
		Devices []struct {
			Kid string
			Key struct{ X, Y string }
		}
		Blocks []struct{ Hash string }
	}
	r := w.get(w.fill("/api/v1/assets/TREE/signed"), "")
	if err := json.Unmarshal(r.body, &file); err != nil || r.status != 200 || len(file.Events) != 1 || len(file.Blocks) == 0 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	keys := map[string]*ecdsa.PublicKey{}
	for _, d := range file.Devices {
		x, _ := base64.RawURLEncoding.DecodeString(d.Key.X)
		y, _ := base64.RawURLEncoding.DecodeString(d.Key.Y)
		key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y))
		if err != nil {
			t.Fatal(err)
		}
		keys[d.Kid] = key
	}
	head := make([]byte, 32)
	for i, e := range file.Events {
		parts := strings.Split(e.JWS, ".")
		var by struct{ Kid string }
		header, _ := base64.RawURLEncoding.DecodeString(parts[0])
		if err := json.Unmarshal(header, &by); err != nil || keys[by.Kid] == nil {
			t.Fatalf("nobody's key: %s", header)
		}
		sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
		if !ecdsa.Verify(keys[by.Kid], sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
			t.Error("the signature does not hold")
		}
		link := append([]byte("rootline/head/v1\n"), head...)
		link = append(binary.BigEndian.AppendUint64(link, uint64(i+1)), sum[:]...)
		next := sha256.Sum256(link)
		if head = next[:]; hex.EncodeToString(head) != e.Head {
			t.Errorf("event %d does not follow", i+1)
		}
	}
	if hex.EncodeToString(head) != file.Head {
		t.Error("the events do not lead to the record")
	}
}
