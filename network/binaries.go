package network

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strings"
)

// fabricRelease is what the binaries say of themselves. It belongs to the version pinned in tools/fabric/go.mod.
const fabricRelease = "v3.1.1"

// BinariesEnv names the environment variable that points at ready-made Fabric binaries.
const BinariesEnv = "ROOTLINE_FABRIC_BIN"

// binaries is a folder with Fabric's programs.
type binaries string

func (b binaries) path(name string) string { return filepath.Join(string(b), name) }

// needed are the programs that this package runs; osnadmin and configtxlator are built for people.
func needed() []string { return []string{"peer", "orderer", "cryptogen", "configtxgen"} }

func (b binaries) missing() []string {
	var m []string
	for _, name := range needed() {
		info, err := os.Stat(b.path(name))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			m = append(m, name)
		}
	}
	return m
}

// Binaries gives the folder of the Fabric programs. It builds them first if there are none; then it takes a minute or two.
func Binaries(ctx context.Context, c Config, p Progress) (string, error) {
	b, err := findBinaries(ctx, c, &reporter{to: p})
	return string(b), err
}

func findBinaries(ctx context.Context, c Config, r *reporter) (binaries, error) {
	given, from := c.Binaries, "Config.Binaries"
	if given == "" {
		given, from = os.Getenv(BinariesEnv), BinariesEnv
	}
	if given != "" {
		dir, err := filepath.Abs(given)
		if err != nil {
			return "", fail(CodeBinaries, err, "", "%s is not a folder", from)
		}
		if m := binaries(dir).missing(); len(m) > 0 {
			return "", fail(CodeBinaries, nil, "Put Fabric 3.1 binaries there, or leave the setting empty to have them built.",
				"the folder %s (from %s) lacks %s", dir, from, strings.Join(m, ", "))
		}
		return binaries(dir), nil
	}
	source, err := findSource(c.Source)
	if err != nil {
		return "", err
	}
	return builtBinaries(ctx, source, r)
}

// builtBinaries gives the cached binaries of the pinned version and builds them when the cache has none.
func builtBinaries(ctx context.Context, source string, r *reporter) (binaries, error) {
	version, err := pinnedFabric(filepath.Join(source, toolsModule))
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fail(CodeBinaries, err, "Set HOME or XDG_CACHE_HOME.", "there is no cache folder for the Fabric binaries")
	}
	cache = filepath.Join(cache, "rootline")
	dir := filepath.Join(cache, "fabric-"+version+"-mended"+mendsVersion)
	if len(binaries(dir).missing()) == 0 {
		return binaries(dir), nil
	}
	done := r.begin(StageBuild, "Fabric "+fabricRelease)
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fail(CodeBinaries, err, "", "the cache folder %s cannot be made", cache)
	}
	// The folder appears whole: built under another name, then renamed.
	tmp, err := os.MkdirTemp(cache, ".building-*")
	if err != nil {
		return "", fail(CodeBinaries, err, "", "the cache folder %s cannot be written", cache)
	}
	defer os.RemoveAll(tmp)
	sources, err := os.MkdirTemp(cache, ".mended-*")
	if err != nil {
		return "", fail(CodeBinaries, err, "", "the cache folder %s cannot be written", cache)
	}
	defer os.RemoveAll(sources)
	module := filepath.Join(source, filepath.Dir(toolsModule))
	goMod, err := mended(ctx, module, sources)
	if err != nil {
		return "", err
	}
	flags := "-s -w -X github.com/hyperledger/fabric/common/metadata.Version=" + fabricRelease
	if err := goBuild(ctx, module, "-modfile", goMod, "-ldflags", flags, "-o", tmp+"/", "tool"); err != nil {
		return "", err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return "", fail(CodeBinaries, err, "", "the folder %s cannot be opened to readers", tmp)
	}
	// An incomplete folder from elsewhere gives way. Another build that was faster is as good as ours.
	if err := os.RemoveAll(dir); err == nil {
		err = os.Rename(tmp, dir)
		if err != nil && len(binaries(dir).missing()) > 0 {
			return "", fail(CodeBinaries, err, "", "the Fabric binaries could not be put into %s", dir)
		}
	}
	done()
	return binaries(dir), nil
}

// pinnedFabric reads the version of Fabric from the tools module.
func pinnedFabric(goMod string) (string, error) {
	f, err := os.Open(goMod)
	if err != nil {
		return "", fail(CodeSource, err, "", "the pinned Fabric version cannot be read")
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(s.Text()), "require "))
		if len(fields) >= 2 && fields[0] == "github.com/hyperledger/fabric" && strings.HasPrefix(fields[1], "v") {
			return strings.TrimPrefix(fields[1], "v"), nil
		}
	}
	return "", fail(CodeSource, nil, "", "%s does not pin github.com/hyperledger/fabric", goMod)
}
