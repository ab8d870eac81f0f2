package client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/strictjson"
)

// keyFileFormat names the form of a key file, so that a later one can be told apart.
const keyFileFormat = "rootline-device-1"

// keyFile is a device as it is kept on disk: JSON, readable by its owner only.
type keyFile struct {
	Format       string     `json:"format"`
	Kid          string     `json:"kid"`
	Net          string     `json:"net"`
	Organisation string     `json:"organisation"`
	Role         string     `json:"role"`
	Name         string     `json:"name"`
	Gateway      string     `json:"gateway,omitempty"`
	Key          privateKey `json:"key"`
}

// privateKey is a private JWK on P-256 (RFC 7517, RFC 7518 section 6.2.2).
type privateKey struct {
	jws.Key
	D string `json:"d"`
}

// KeyFileError says what is wrong with a device's key file, and the way out.
type KeyFileError struct {
	Path string
	// Reason and Fix are English sentences without a full stop at the end.
	Reason, Fix string
	Err         error
}

// Error implements error.
func (e *KeyFileError) Error() string {
	s := "key file " + e.Path + ": " + e.Reason
	if e.Fix != "" {
		s += ". " + e.Fix
	}
	return s
}

// Unwrap gives the cause, such as fs.ErrNotExist or fs.ErrExist.
func (e *KeyFileError) Unwrap() error { return e.Err }

// LoadDevice reads a device's key file. It refuses one that other users of the machine can read. Every error is a
// *KeyFileError.
func LoadDevice(path string) (*Device, error) {
	bad := func(err error, reason, fix string) (*Device, error) {
		return nil, &KeyFileError{Path: path, Reason: reason, Fix: fix, Err: err}
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return bad(err, "there is none", "Enrol this device with an invitation, or name another file")
	}
	if err != nil {
		return bad(err, err.Error(), "")
	}
	if !info.Mode().IsRegular() {
		return bad(nil, "it is not a file", "")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return bad(nil, "other users of this machine can read it", "Run: chmod 600 "+path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return bad(err, err.Error(), "")
	}
	var f keyFile
	if err := strictjson.Decode(b, &f); err != nil {
		return bad(err, "it is not a key file: "+err.Error(), "")
	}
	if f.Format != keyFileFormat {
		return bad(nil, fmt.Sprintf("its format is %q, not %q", f.Format, keyFileFormat), "")
	}
	key, err := f.Key.private()
	if err != nil || f.Key.Thumbprint() != f.Kid || f.Net == "" {
		return bad(err, "its key, kid and net do not belong together", "Restore it from a copy, or enrol anew")
	}
	return &Device{Kid: f.Kid, Net: f.Net, Organisation: f.Organisation, Role: f.Role, Name: f.Name, Gateway: f.Gateway, key: key}, nil
}

// Save writes the key file, whole or not at all, with access for the owner only. Missing folders are made. It never
// replaces a file: a key that is overwritten is gone for good. Every error is a *KeyFileError.
func (d *Device) Save(path string) error {
	b, err := json.MarshalIndent(keyFile{
		Format: keyFileFormat, Kid: d.Kid, Net: d.Net, Organisation: d.Organisation, Role: d.Role, Name: d.Name,
		Gateway: d.Gateway, Key: privateOf(d.key),
	}, "", "  ")
	if err != nil {
		return &KeyFileError{Path: path, Reason: err.Error(), Err: err}
	}
	err = writeNew(path, append(b, '\n'))
	if errors.Is(err, fs.ErrExist) {
		return &KeyFileError{Path: path, Reason: "there is one already", Fix: "Choose another name, or move it away first", Err: err}
	}
	if err != nil {
		return &KeyFileError{Path: path, Reason: err.Error(), Err: err}
	}
	return nil
}

// writeNew makes a file with mode 0600 that appears under its name complete and flushed, or fails with fs.ErrExist.
func writeNew(path string, content []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".new-*") // CreateTemp gives it mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil { // unlike a rename, a link never replaces
		return err
	}
	return syncDir(dir)
}

// syncDir makes a new name survive a power cut.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func privateOf(key *ecdsa.PrivateKey) privateKey {
	return privateKey{jws.KeyOf(&key.PublicKey), scalarOf(key)}
}

// scalarOf is the private number of a P-256 key, 32 bytes big-endian in base64url.
func scalarOf(key *ecdsa.PrivateKey) string {
	b, err := key.Bytes()
	if err != nil {
		panic("client: a key that is not on a known curve") // ours are all on P-256
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// keyOfScalar is the inverse of scalarOf.
func keyOfScalar(d string) (*ecdsa.PrivateKey, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(d)
	if err != nil {
		return nil, err
	}
	return ecdsa.ParseRawPrivateKey(elliptic.P256(), b)
}

func (k privateKey) private() (*ecdsa.PrivateKey, error) {
	key, err := keyOfScalar(k.D)
	if err != nil {
		return nil, err
	}
	if jws.KeyOf(&key.PublicKey) != k.Key {
		return nil, errors.New("the public key belongs to another private one")
	}
	return key, nil
}
