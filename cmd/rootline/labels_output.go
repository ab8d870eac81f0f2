package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/rootline/rootline/numeral"
)

// millimetres is a flag in millimetres, kept in micrometres.
type millimetres int64

func (v *millimetres) String() string { return strconv.FormatFloat(mm(int64(*v)), 'f', -1, 64) }

// Set implements pflag.Value.
func (v *millimetres) Set(s string) error {
	n, err := thousandths(s, 3)
	*v = millimetres(n)
	return err
}

// Type implements pflag.Value.
func (*millimetres) Type() string { return "mm" }

// factor is a flag like 1.004, kept in millionths.
type factor int64

func (v *factor) String() string {
	if *v == 0 {
		return "1"
	}
	return strconv.FormatFloat(float64(*v)/1e6, 'f', -1, 64)
}

// Set implements pflag.Value.
func (v *factor) Set(s string) error {
	n, err := thousandths(s, 6)
	if err == nil && n == 0 {
		err = errors.New("a scale of 0 leaves nothing; 1 changes nothing")
	}
	*v = factor(n)
	return err
}

// Type implements pflag.Value.
func (*factor) Type() string { return "factor" }

// thousandths reads a decimal number as an integer with that many decimals.
func thousandths(s string, decimals int) (int64, error) {
	v, err := numeral.Read(s, numeral.Unsaid)
	// Millimetres of a sheet and shares of a scale are never thousands: a lone separator stands before decimals.
	if either := (*numeral.AmbiguousError)(nil); errors.As(err, &either) {
		v, err = either.Decimal, nil
	}
	if err != nil || new(big.Rat).Abs(v).Cmp(big.NewRat(1_000_000, 1)) > 0 {
		return 0, errors.New("not a number like 1.5")
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	n, ok := new(big.Int).SetString(v.Mul(v, new(big.Rat).SetInt(scale)).FloatString(0), 10)
	if !ok {
		return 0, errors.New("not a number like 1.5")
	}
	return n.Int64(), nil
}

func mm(micrometres int64) float64 { return float64(micrometres) / 1000 }

// writeWhole writes a file whole or not at all.
func writeWhole(path string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // nothing is there any more when it went well
	w := bufio.NewWriterSize(tmp, 1<<16)
	if err := errors.Join(write(w), w.Flush(), tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// counter shows how far a job is: a bar on a terminal, a line now and then elsewhere.
type counter struct {
	env  *environment
	what string
	bar  *progressbar.ProgressBar
	last time.Time
}

func newCounter(env *environment, what string) *counter {
	return &counter{env: env, what: what, last: time.Now()}
}

func (c *counter) show(done, of int) {
	if !c.env.terminal {
		if time.Since(c.last) >= lineEvery {
			c.last = time.Now()
			c.env.note("%d of %d %s", done, of, c.what)
		}
		return
	}
	if c.bar == nil {
		c.bar = progressbar.NewOptions(of,
			progressbar.OptionSetWriter(c.env.err), progressbar.OptionShowCount(), progressbar.OptionSetDescription(c.what),
			progressbar.OptionSetWidth(24), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionUseANSICodes(true),
		)
	}
	_ = c.bar.Set(done)
}

func (c *counter) end() {
	if c.bar != nil {
		_ = c.bar.Exit()
		fmt.Fprintln(c.env.err)
	}
}
