package certificates

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Files is a certificate and its key in files (PEM), read again when they change.
type Files struct {
	cert, key string
	now       func() time.Time

	mu      sync.Mutex
	current *tls.Certificate
	stamp   [2]stamp
	looked  time.Time
}

// stamp tells one content of a file from the next.
type stamp struct {
	changed time.Time
	size    int64
}

// lookEvery is how often the files are looked at, at most. A renewed certificate is weeks before its need.
const lookEvery = 10 * time.Second

// OpenFiles reads the files. An error is about their content, or that they are not there.
func OpenFiles(cert, key string) (*Files, error) {
	f := &Files{cert: cert, key: key, now: time.Now}
	if err := f.read(); err != nil {
		return nil, err
	}
	return f, nil
}

// GetCertificate is for tls.Config. Files that cannot be read, or do not belong together, since they are being
// replaced, change nothing: they are read again a little later.
func (f *Files) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.now(); now.Sub(f.looked) >= lookEvery {
		f.looked = now
		if err := f.read(); err != nil {
			slog.Error("the new certificate is not taken; the old one stays", "error", err)
		}
	}
	return f.current, nil
}

// read takes the files' content if they changed.
func (f *Files) read() error {
	var now [2]stamp
	for i, path := range []string{f.cert, f.key} {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		now[i] = stamp{info.ModTime(), info.Size()}
	}
	if f.current != nil && now == f.stamp {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return fmt.Errorf("%s and %s: %w", f.cert, f.key, err)
	}
	f.current, f.stamp = &pair, now
	return nil
}
