package network

import (
	"strings"
	"testing"
)

func TestConfigIsChecked(t *testing.T) {
	plain := Chaincode{Name: "plain", Package: "./bench/plain"}
	with := func(change func(*Chaincode)) Config {
		cc := plain
		change(&cc)
		return Config{Chaincodes: []Chaincode{cc}}
	}
	for name, c := range map[string]struct {
		config Config
		says   string
	}{
		"privileged ports":      {Config{PortBase: 80}, "port base 80"},
		"ports beyond the last": {Config{PortBase: 65500}, "port base 65500"},
		"a name with a blank":   {with(func(cc *Chaincode) { cc.Name = "my chaincode" }), "not a chaincode name"},
		"a name ending in -":    {with(func(cc *Chaincode) { cc.Name = "plain-" }), "not a chaincode name"},
		"neither of two":        {with(func(cc *Chaincode) { cc.Package = "" }), "either a Go package or a binary"},
		"both of two":           {with(func(cc *Chaincode) { cc.Binary = "/bin/true" }), "either a Go package or a binary"},
		"listed twice":          {Config{Chaincodes: []Chaincode{plain, plain}}, "listed twice"},
		"too many":              {Config{Chaincodes: []Chaincode{plain, plain, plain, plain}}, "room for 3"},
		"unknown organisation":  {with(func(cc *Chaincode) { cc.BinaryOf = map[string]string{"bank": "x"} }), `no organisation "bank"`},
		"impossible policy":     {with(func(cc *Chaincode) { cc.Policy.Required = 5 }), "5 of 4"},
		"a service on a folder": {Config{Services: []Service{{Name: "../x", Org: Owner, Binary: "x", Port: 1}}}, `"../x"`},
		"a service, no program": {Config{Services: []Service{{Name: "owner-gateway", Org: Owner, Port: 8080}}}, "a program"},
		"a stranger's service":  {Config{Services: []Service{{Name: "g", Org: "bank", Binary: "x", Port: 8080}}}, `"bank"`},
		"policy of strangers":   {with(func(cc *Chaincode) { cc.Policy.Orgs = []string{"bank"} }), `no organisation "bank"`},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.config.withDefaults().check()
			if CodeOf(err) != CodeConfig || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want a %s that says %q", err, CodeConfig, c.says)
			}
		})
	}
	if err := (Config{}).withDefaults().check(); err != nil {
		t.Errorf("the usual network is refused: %v", err)
	}
}

func TestPolicyInFabricsWords(t *testing.T) {
	cc := Config{}.withDefaults().Chaincodes[0]
	const want = "OutOf(2, 'OwnerMSP.peer', 'ContractorMSP.peer', 'SupervisorMSP.peer', 'RegulatorMSP.peer')"
	if got := cc.Policy.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	stricter := cc
	stricter.Policy.Required = 3
	if cc.version() == stricter.version() {
		t.Error("another policy has the same version")
	}
}

func TestDefaultsDoNotWriteIntoTheCallersConfig(t *testing.T) {
	given := Config{Chaincodes: []Chaincode{{Name: "plain", Package: "./bench/plain"}}}
	given.withDefaults()
	if given.Chaincodes[0].Probe != nil {
		t.Error("the caller's chaincode was changed")
	}
}
