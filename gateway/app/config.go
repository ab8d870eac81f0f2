package app

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"time"

	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/httpapi"
	"github.com/rootline/rootline/gateway/tiles"
)

// GarbagePercent is how much a gateway's heap grows before garbage is collected, as GOGC counts it. What lives is small
// beside what a busy gateway throws away: caches and what waits in the outbox, 100 MB at most. With Go's own setting a
// seventh of the time goes into collecting.
const GarbagePercent = 300

// Config says how to run a gateway. Each member has a flag and an environment variable; see Bind.
type Config struct {
	// Listen is the TCP address to serve HTTP on. Default "127.0.0.1:8080".
	Listen string
	// Origin is the address under which people reach the gateway, or several with commas between them: the first is the
	// one that QR codes lead to, and signing in works from each. Default: see completeTLS.
	Origin string
	// TLSListen is the TCP address to serve HTTPS on. Default: ":8443" when one of the three ways to a certificate is
	// given, none otherwise. Then the address Listen serves only the loopback, and shows everyone else the way.
	TLSListen string
	// TLSCert and TLSKey are a certificate with its chain and its key, files in PEM, which are read again when they change.
	TLSCert, TLSKey string
	// ACMEHosts are the host names, with commas between them, to get certificates for from an ACME server (RFC 8555),
	// whose terms are agreed to by this. ACMEEmail is told to the server; it may be left out. ACMEDirectory is the URL
	// of the server's directory, Let's Encrypt's by default; ACMERoot the certificate (PEM) that the server's own
	// descends from, when it is none that this machine knows. ACMECache is the folder of the account and the
	// certificates, "acme" in Store by default.
	ACMEHosts, ACMEEmail, ACMEDirectory, ACMERoot, ACMECache string
	// LocalCA is the folder of a CA of this machine's own, which is made when it is missing: for a LAN. Phones install
	// its root from the page /install.
	LocalCA string
	// Proxies are the addresses and networks, with commas between them, of reverse proxies before the gateway. What comes
	// from them names in X-Forwarded-For whom it is for. Default: those on this machine, "127.0.0.1,::1".
	Proxies string
	// Store is the folder of the read model, the outbox, the sessions and the evidence. Default ".rootline/gateway".
	Store string
	// Peer, PeerName and PeerCA are the gRPC address of the organisation's own peer, the name in its TLS certificate, and
	// the certificate (a file in PEM) that it descends from.
	Peer, PeerName, PeerCA string
	// PeerOperations is the URL of the peer's operations service, by whose clock the skew is measured. It may be left out.
	PeerOperations string
	// MSP is the organisation; Cert and Key (files in PEM) are the Fabric identity of its gateway.
	MSP, Cert, Key string
	// Channel holds the ledger. Default "works".
	Channel string
	// Genesis is the hash of the channel's block 0, in 64 hexadecimal digits, as the organisations compared it: blocks are
	// verified from there on, whoever delivers them.
	Genesis string
	// MaxPending is the number of events that wait for the ledger, at most; past it the gateway answers busy. Default
	// "100000".
	MaxPending string
	// EvidenceDevice, EvidenceOrganisation and EvidenceAll are how much evidence is kept of one device, of the devices of one
	// organisation, and in all: a length and a number of files, "50GiB/200000". EvidenceReserve is the room on the disk that
	// evidence leaves to outbox and read model, "1GiB". Defaults: evidence.DefaultQuotas.
	EvidenceDevice, EvidenceOrganisation, EvidenceAll, EvidenceReserve string
	// Gateways are the addresses of other organisations' gateways, which are asked to sign the lists of sets' proofs:
	// "OwnerMSP=https://works.owner.example,RegulatorMSP=https://…". GatewaysCA is a file (PEM) with what their certificates may
	// descend from, where that is no authority that this machine knows. Default: none.
	Gateways, GatewaysCA string
	// MapTiles is the address of pictures to put under maps, https://tiles.example/{z}/{x}/{y}.png, and MapAttribution whose
	// they are. Default: none.
	MapTiles, MapAttribution string
	// Zone is the time zone of the works, by its name in the IANA database: the days of the public pages. The ledger has
	// moments and no zone. Default "Asia/Shanghai".
	Zone string
	// LogLevel is debug, info, warn or error. Default info.
	LogLevel string
	// Pprof is a loopback address to serve Go's profiles on. Default: none.
	Pprof string

	connectTimeout time.Duration // see fabric.Config; 0 for its default
}

// setting is one member of Config under its names.
type setting struct {
	value             *string
	flag, env, usage  string
	standard, missing string
}

func (c *Config) settings() []setting {
	return []setting{
		{&c.Listen, "listen", "ROOTLINE_LISTEN", "TCP address to serve HTTP on", "127.0.0.1:8080", ""},
		{&c.Origin, "origin", "ROOTLINE_ORIGIN", "address under which people reach the gateway, https://works.example; several with commas, the first for QR codes (default http://localhost with the port of --listen)", "", ""},
		{&c.TLSListen, "tls-listen", "ROOTLINE_TLS_LISTEN", "TCP address to serve HTTPS on (default :8443 with --tls-cert, --acme or --local-ca)", "", ""},
		{&c.TLSCert, "tls-cert", "ROOTLINE_TLS_CERT", "certificate with its chain (PEM) for HTTPS, read again when it changes", "", ""},
		{&c.TLSKey, "tls-key", "ROOTLINE_TLS_KEY", "private key (PEM) of --tls-cert", "", ""},
		{&c.ACMEHosts, "acme", "ROOTLINE_ACME", "host names, with commas, to get certificates for by ACME; this agrees to the CA's terms", "", ""},
		{&c.ACMEEmail, "acme-email", "ROOTLINE_ACME_EMAIL", "address that the ACME server may write to", "", ""},
		{&c.ACMEDirectory, "acme-directory", "ROOTLINE_ACME_DIRECTORY", "URL of the ACME server's directory (default Let's Encrypt's)", "", ""},
		{&c.ACMERoot, "acme-root", "ROOTLINE_ACME_ROOT", "certificate (PEM) that the ACME server's own descends from, when this machine does not know it", "", ""},
		{&c.ACMECache, "acme-cache", "ROOTLINE_ACME_CACHE", "folder of the ACME account and certificates (default acme in --store)", "", ""},
		{&c.LocalCA, "local-ca", "ROOTLINE_LOCAL_CA", "folder of a CA of this machine's own, made when it is missing, for HTTPS on a LAN; phones install its root from /install", "", ""},
		{&c.Proxies, "trusted-proxies", "ROOTLINE_TRUSTED_PROXIES", "addresses and networks, with commas, of reverse proxies whose X-Forwarded-For is believed", "127.0.0.1,::1", ""},
		{&c.Store, "store", "ROOTLINE_STORE", "folder of the read model, outbox, sessions and evidence", filepath.Join(".rootline", "gateway"), ""},
		{&c.Peer, "peer", "ROOTLINE_PEER", "gRPC address of the organisation's own peer, 127.0.0.1:7053", "", "the address of a peer"},
		{&c.PeerName, "peer-name", "ROOTLINE_PEER_NAME", "name in the peer's TLS certificate", "", "the name of the peer"},
		{&c.PeerCA, "peer-ca", "ROOTLINE_PEER_CA", "certificate (PEM) that the peer's TLS certificate descends from", "", "the peer's TLS CA certificate"},
		{&c.PeerOperations, "peer-operations", "ROOTLINE_PEER_OPERATIONS", "URL of the peer's operations service, to measure the clock's skew by", "", ""},
		{&c.MSP, "msp", "ROOTLINE_MSP", "MSP id of the organisation", "", "the organisation's MSP id"},
		{&c.Cert, "cert", "ROOTLINE_CERT", "certificate (PEM) of the gateway's Fabric identity", "", "the gateway's certificate"},
		{&c.Key, "key", "ROOTLINE_KEY", "private key (PEM) of the gateway's Fabric identity", "", "the gateway's private key"},
		{&c.Channel, "channel", "ROOTLINE_CHANNEL", "channel that holds the ledger", "works", ""},
		{&c.Genesis, "genesis", "ROOTLINE_GENESIS", "hash of the channel's block 0, as the organisations compared it (see: rootline genesis)", "", "the hash of block 0"},
		{&c.MaxPending, "max-pending", "ROOTLINE_MAX_PENDING", "events that wait for the ledger, at most; past it the gateway answers busy", "100000", ""},
		{&c.EvidenceDevice, "evidence-device", "ROOTLINE_EVIDENCE_DEVICE", "evidence kept of one device, 50GiB/200000: a length and a number of files (default that)", "", ""},
		{&c.EvidenceOrganisation, "evidence-organisation", "ROOTLINE_EVIDENCE_ORGANISATION", "evidence kept of the devices of one organisation (default 400GiB/2000000)", "", ""},
		{&c.EvidenceAll, "evidence-all", "ROOTLINE_EVIDENCE_ALL", "evidence kept in all (default 800GiB/4000000)", "", ""},
		{&c.EvidenceReserve, "evidence-reserve", "ROOTLINE_EVIDENCE_RESERVE", "room on the disk that evidence leaves to outbox and read model (default 1GiB)", "", ""},
		{&c.Gateways, "gateways", "ROOTLINE_GATEWAYS", "addresses of other organisations' gateways, which sign the lists of sets' proofs, OwnerMSP=https://works.owner.example; several with commas (default none)", "", ""},
		{&c.GatewaysCA, "gateways-ca", "ROOTLINE_GATEWAYS_CA", "certificates (PEM) that those of --gateways may descend from, besides the authorities that this machine knows", "", ""},
		{&c.MapTiles, "map-tiles", "ROOTLINE_MAP_TILES", "address of pictures to put under maps, https://tiles.example/{z}/{x}/{y}.png, which the gateway fetches for its pages (default none)", "", ""},
		{&c.MapAttribution, "map-attribution", "ROOTLINE_MAP_ATTRIBUTION", "whose the pictures of --map-tiles are; shown beside the map", "", ""},
		{&c.Zone, "zone", "ROOTLINE_ZONE", "time zone of the works, for days and times on public pages", "Asia/Shanghai", ""},
		{&c.LogLevel, "log-level", "ROOTLINE_LOG_LEVEL", "debug, info, warn or error", "info", ""},
		{&c.Pprof, "pprof", "ROOTLINE_PPROF", "loopback address to serve Go's profiles on, 127.0.0.1:6060 (default none)", "", ""},
	}
}

// Bind offers the members as flags. A flag that is not given takes the environment variable, then the default.
func (c *Config) Bind(flags *flag.FlagSet, getenv func(string) string) {
	for _, s := range c.settings() {
		standard := s.standard
		if v := getenv(s.env); v != "" {
			standard = v
		}
		flags.StringVar(s.value, s.flag, standard, s.usage+" (or $"+s.env+")")
	}
}

// Env is the configuration as environment variables, for a gateway that is started as a process of its own.
func (c *Config) Env() []string {
	var env []string
	for _, s := range c.settings() {
		if *s.value != "" {
			env = append(env, s.env+"="+*s.value)
		}
	}
	return env
}

// ConfigError says which setting is wrong or missing.
type ConfigError struct{ Flag, Env, Reason string }

// Error implements error.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("%s. Set --%s or %s", e.Reason, e.Flag, e.Env)
}

// complete fills in the defaults and checks what can be checked. Every error is a *ConfigError.
func (c *Config) complete() error {
	for _, s := range c.settings() {
		if *s.value == "" {
			*s.value = s.standard
		}
		if *s.value == "" && s.missing != "" {
			return &ConfigError{s.flag, s.env, s.missing + " is missing"}
		}
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return &ConfigError{"listen", "ROOTLINE_LISTEN", fmt.Sprintf("%q is no address like 127.0.0.1:8080", c.Listen)}
	}
	if err := c.completeTLS(); err != nil {
		return err
	}
	for _, o := range c.origins() {
		if _, err := httpapi.ParseOrigin(o); err != nil {
			return &ConfigError{"origin", "ROOTLINE_ORIGIN", err.Error()}
		}
	}
	if _, err := channel.ParseHash(c.Genesis); err != nil {
		return &ConfigError{"genesis", "ROOTLINE_GENESIS", err.Error()}
	}
	if _, err := budget.ParseNetworks(c.Proxies); err != nil {
		return &ConfigError{"trusted-proxies", "ROOTLINE_TRUSTED_PROXIES", err.Error()}
	}
	if n, err := strconv.Atoi(c.MaxPending); err != nil || n < 1 {
		return &ConfigError{"max-pending", "ROOTLINE_MAX_PENDING", fmt.Sprintf("%q is no number from 1 on", c.MaxPending)}
	}
	for _, q := range []struct {
		flag, env, value string
	}{
		{"evidence-device", "ROOTLINE_EVIDENCE_DEVICE", c.EvidenceDevice}, {"evidence-organisation", "ROOTLINE_EVIDENCE_ORGANISATION", c.EvidenceOrganisation},
		{"evidence-all", "ROOTLINE_EVIDENCE_ALL", c.EvidenceAll},
	} {
		if _, err := evidence.ParseAmount(q.value); q.value != "" && err != nil {
			return &ConfigError{q.flag, q.env, err.Error()}
		}
	}
	if _, err := evidence.ParseBytes(c.EvidenceReserve); c.EvidenceReserve != "" && err != nil {
		return &ConfigError{"evidence-reserve", "ROOTLINE_EVIDENCE_RESERVE", err.Error()}
	}
	if c.MapTiles != "" && c.MapAttribution == "" {
		return &ConfigError{"map-attribution", "ROOTLINE_MAP_ATTRIBUTION", "whose the pictures of --map-tiles are is missing"}
	}
	if _, err := c.gateways(); err != nil {
		return &ConfigError{"gateways", "ROOTLINE_GATEWAYS", err.Error()}
	}
	if _, err := c.gatewayRoots(); err != nil {
		return &ConfigError{"gateways-ca", "ROOTLINE_GATEWAYS_CA", err.Error()}
	}
	if _, err := c.tiles(); err != nil {
		return &ConfigError{"map-tiles", "ROOTLINE_MAP_TILES", err.Error()}
	}
	if _, err := c.zone(); err != nil {
		return &ConfigError{"zone", "ROOTLINE_ZONE", fmt.Sprintf("there is no time zone %q; one is named like Asia/Shanghai or UTC", c.Zone)}
	}
	if _, err := c.level(); err != nil {
		return &ConfigError{"log-level", "ROOTLINE_LOG_LEVEL", fmt.Sprintf("%q is none of debug, info, warn and error", c.LogLevel)}
	}
	return nil
}

// genesis is Genesis as complete found it good.
func (c *Config) genesis() channel.Hash {
	h, _ := channel.ParseHash(c.Genesis)
	return h
}

// proxies are Proxies as complete found them good.
func (c *Config) proxies() []netip.Prefix {
	p, _ := budget.ParseNetworks(c.Proxies)
	return p
}

// maxPending is MaxPending as complete found it good.
func (c *Config) maxPending() int {
	n, _ := strconv.Atoi(c.MaxPending)
	return n
}

// quotas are those of evidence as complete found them good.
func (c *Config) quotas() evidence.Quotas {
	q := evidence.DefaultQuotas
	for _, s := range []struct {
		value string
		of    *evidence.Amount
	}{{c.EvidenceDevice, &q.Device}, {c.EvidenceOrganisation, &q.Organisation}, {c.EvidenceAll, &q.All}} {
		if a, err := evidence.ParseAmount(s.value); err == nil {
			*s.of = a
		}
	}
	if n, err := evidence.ParseBytes(c.EvidenceReserve); err == nil {
		q.Reserve = n
	}
	return q
}

// tiles is the source of what lies under maps; nil without one.
func (c *Config) tiles() (*tiles.Source, error) {
	if c.MapTiles == "" {
		return nil, nil
	}
	return tiles.New(c.MapTiles, c.MapAttribution)
}

// zone is where the works are; "Local" is a machine's, not theirs.
func (c *Config) zone() (*time.Location, error) {
	if c.Zone == "Local" {
		return nil, errors.New("not a place")
	}
	return time.LoadLocation(c.Zone)
}

func (c *Config) level() (slog.Level, error) {
	var l slog.Level
	err := l.UnmarshalText([]byte(c.LogLevel))
	return l, errors.Join(err)
}

func (c *Config) fabric() fabric.Config {
	return fabric.Config{
		PeerEndpoint: c.Peer, ServerName: c.PeerName, TLSCACert: c.PeerCA,
		MSPID: c.MSP, Cert: c.Cert, Key: c.Key, Channel: c.Channel, ConnectTimeout: c.connectTimeout,
	}
}
