package demonstration

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/rootline/rootline/network"
)

func TestSettingsAreRemembered(t *testing.T) {
	data := t.TempDir()
	if s, err := Remembered(data); s != nil || err != nil {
		t.Fatalf("a new folder: %+v, %v", s, err)
	}
	d, err := newDemonstration(Options{Data: data, Port: 18080, LAN: true, Gateways: []string{network.Owner, network.Regulator}})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.remember(); err != nil {
		t.Fatal(err)
	}
	want := &Settings{Port: 18080, Gateways: []string{network.Owner, network.Regulator}, LAN: true, TLSPort: 8443}
	if s, err := Remembered(data); err != nil || !reflect.DeepEqual(s, want) {
		t.Fatalf("%+v, %v", s, err)
	}
	if err := os.WriteFile(settingsFile(data), []byte(`{"port":`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Remembered(data); err == nil || !strings.Contains(err.Error(), settingsFile(data)) {
		t.Fatalf("a broken file: %v", err)
	}
}
