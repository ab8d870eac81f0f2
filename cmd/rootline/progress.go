package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/rootline/rootline/importer"
)

// progress shows how far an import is: a bar on a terminal, a line now and then elsewhere.
type progress struct {
	env   *environment
	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	total int
	last  time.Time
	wait  string
}

func newProgress(env *environment) *progress { return &progress{env: env} }

// lineEvery is how often a line is written when no terminal is there.
const lineEvery = 10 * time.Second

func (p *progress) begin(total int) {
	p.total, p.last = total, time.Now()
	if !p.env.terminal {
		return
	}
	p.bar = progressbar.NewOptions(total,
		progressbar.OptionSetWriter(p.env.err), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("events"), progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(24),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionUseANSICodes(true),
	)
}

func (p *progress) show(now importer.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Describe("importing" + p.words(now))
		_ = p.bar.Set(now.Done())
		return
	}
	if time.Since(p.last) >= lineEvery {
		p.last = time.Now()
		rate := float64(now.Done()) / max(now.Elapsed.Seconds(), 0.001)
		left := "?"
		if rate > 0 {
			left = (time.Duration(float64(p.total-now.Done())/rate) * time.Second).String()
		}
		p.env.note("%d of %d rows, %.0f events/s, %s left%s", now.Done(), p.total, rate, left, p.words(now))
	}
}

// words are what a bar does not say by itself.
func (p *progress) words(now importer.Progress) string {
	s := ""
	if now.Refused > 0 {
		s = fmt.Sprintf(", refused %d", now.Refused)
	}
	if p.wait != "" {
		s += ", " + p.wait
		p.wait = ""
	}
	return s
}

// waiting tells that the gateway is being tried again.
func (p *progress) waiting(err error, pause time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wait = fmt.Sprintf("(waiting %s: %v)", pause.Round(100*time.Millisecond), err)
	if p.bar == nil {
		p.env.note("%s", p.wait)
		p.wait = ""
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Exit()
		p.env.note("")
	}
}
