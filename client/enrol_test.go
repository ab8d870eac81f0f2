package client_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

func invite(t *testing.T, d *double, role string) string {
	t.Helper()
	in, err := d.gateway(t).Invite(t.Context(), d.admin(t), client.InviteOptions{Role: role, Name: "C7", Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return in.Link
}

func TestInviteAndEnrol(t *testing.T) {
	d := newDouble(t)
	link := invite(t, d, "planter")
	path := filepath.Join(t.TempDir(), "keys", "c7.json")
	made, err := d.gateway(t).EnrolTo(t.Context(), link, path)
	if err != nil {
		t.Fatal(err)
	}
	got := d.devices[made.Kid]
	if got.Role != "planter" || got.Name != "C7" || got.Key != made.Key() || made.Organisation != "OwnerMSP" || made.Gateway != d.URL {
		t.Fatalf("registered as %+v, kept as %+v", got, made)
	}
	kept, err := client.LoadDevice(path)
	if err != nil || kept.Kid != made.Kid || kept.Key() != made.Key() || kept.Net != testNet || kept.Role != "planter" {
		t.Fatalf("%+v %v", kept, err)
	}
	names, _ := os.ReadDir(filepath.Dir(path))
	if len(names) != 1 {
		t.Errorf("left over: %v", names)
	}
	other := filepath.Join(t.TempDir(), "other.json")
	if _, err := d.gateway(t).EnrolTo(t.Context(), link, other); rootline.CodeOf(err) != rootline.CodeInviteUsed {
		t.Errorf("used twice: %v", err)
	}
	if _, err := os.Stat(other); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused key stayed: %v", err)
	}
	if _, err := d.gateway(t).EnrolTo(t.Context(), invite(t, d, "planter"), path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over an existing key: %v", err)
	}
	if again, err := client.LoadDevice(path); err != nil || again.Kid != made.Kid {
		t.Errorf("the key was changed: %v", err)
	}
}

// The invitation is used up on the ledger, but the answer never came: the key must not be lost.
func TestEnrolGoesOn(t *testing.T) {
	d := newDouble(t)
	link, path := invite(t, d, "planter"), filepath.Join(t.TempDir(), "c7.json")
	d.setAfter(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
	var u *client.Unreachable
	if _, err := d.gateway(t, client.WithPatience(0)).EnrolTo(t.Context(), link, path); !errors.As(err, &u) {
		t.Fatalf("got %v", err)
	}
	d.setAfter(nil)
	if _, err := d.gateway(t).EnrolTo(t.Context(), invite(t, d, "planter"), path); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("another invitation into the same file: %v", err)
	}
	made, err := d.gateway(t).EnrolTo(t.Context(), link, path)
	if err != nil || d.devices[made.Kid].Role != "planter" {
		t.Fatalf("%+v %v", made, err)
	}
}

func TestEnrolForAnotherRole(t *testing.T) {
	d := newDouble(t)
	link := invite(t, d, "planter")
	for kid, in := range d.invites {
		in.Role = "supervisor"
		d.invites[kid] = in
	}
	if _, err := d.gateway(t).Enrol(t.Context(), link); rootline.CodeOf(err) != rootline.CodeRoleNotInvited {
		t.Fatalf("got %v", err)
	}
}

func TestParseLink(t *testing.T) {
	d := newDouble(t)
	link := invite(t, d, "planter")
	gateway, token, err := client.ParseLink(link + "\n")
	if err != nil || gateway != d.URL || token.Net != testNet || token.Role != "planter" || token.Name != "C7" || token.Expires == 0 {
		t.Fatalf("%q %+v %v", gateway, token, err)
	}
	for name, bad := range map[string]string{
		"nothing":       "",
		"no fragment":   link[:strings.Index(link, "#")],
		"cut":           link[:len(link)-9],
		"other page":    strings.Replace(link, "/enrol", "/other", 1),
		"no key":        d.URL + "/enrol#e30",
		"not base64url": d.URL + "/enrol#!!",
	} {
		var e *client.LinkError
		if _, _, err := client.ParseLink(bad); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeyFile(t *testing.T) {
	d, err := client.NewDevice(testNet)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "k.json")
	if err := d.Save(path); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	good, _ := os.ReadFile(path)
	for _, c := range []struct {
		name, old, new string
		mode           os.FileMode
		says           string
	}{
		{"readable by the group", "", "", 0o640, "chmod 600"},
		{"readable by all", "", "", 0o604, "chmod 600"},
		{"other kid", d.Kid, "A" + d.Kid[1:] + "x", 0o600, "belong together"},
		{"no net", testNet, "", 0o600, "belong together"},
		{"other format", "rootline-device-1", "rootline-device-9", 0o600, "format"},
		{"cut", "}", "", 0o600, "not a key file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := filepath.Join(t.TempDir(), "k.json")
			content := string(good)
			if c.old != "" {
				content = strings.ReplaceAll(content, c.old, c.new)
			}
			if err := os.WriteFile(p, []byte(content), c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := client.LoadDevice(p)
			var bad *client.KeyFileError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v", err)
			}
		})
	}
	if _, err := client.LoadDevice(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
}

// The phone reads the fragment by these names.
func TestFragment(t *testing.T) {
	link := invite(t, newDouble(t), "planter")
	b, err := base64.RawURLEncoding.DecodeString(link[strings.Index(link, "#")+1:])
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]string
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(fields)); !slices.Equal(names, []string{"expires", "invitation", "k", "name", "net", "organisation", "role"}) || len(fields["k"]) != 43 {
		t.Errorf("%s", b)
	}
}
