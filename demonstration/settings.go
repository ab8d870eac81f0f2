package demonstration

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Settings are what Up was told about the gateways. Its data folder keeps them, so that whoever comes later (another Up,
// Down, Status, the command line) speaks to the same gateways without being told again.
type Settings struct {
	Port           int      `json:"port"`
	Gateways       []string `json:"gateways"`
	LAN            bool     `json:"lan,omitempty"`
	TLSPort        int      `json:"tlsPort"`
	MapTiles       string   `json:"mapTiles,omitempty"`
	MapAttribution string   `json:"mapAttribution,omitempty"`
}

func settingsFile(data string) string { return filepath.Join(data, "settings.json") }

// Remembered gives the settings that a data folder keeps; nil when Up was never told any there. A file that cannot be
// read is an error that names it.
func Remembered(data string) (*Settings, error) {
	b, err := os.ReadFile(settingsFile(data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var s Settings
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("the settings in %s cannot be read: %w. Delete the file and give `rootline up` its flags again",
			settingsFile(data), err)
	}
	return &s, nil
}

// remember keeps the settings, whole or not at all.
func (d *demonstration) remember() error {
	b, err := json.MarshalIndent(Settings{
		Port: d.o.Port, Gateways: d.o.Gateways, LAN: d.o.LAN, TLSPort: d.o.TLSPort,
		MapTiles: d.o.MapTiles, MapAttribution: d.o.MapAttribution,
	}, "", "  ")
	if err != nil {
		return err
	}
	file := settingsFile(d.o.Data)
	if err := os.WriteFile(file+".new", append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
