package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// weather stands between a browser and a gateway, as a field without a mast does: a share of the requests to the API
// is lost, half of them on the way there, half on the way back, when the gateway has done what was asked.
type weather struct {
	*httptest.Server
	// loss is the share of requests that are lost, in thousandths. At 1000 there is no network: pages are lost as well,
	// and nothing reaches the gateway.
	loss         atomic.Int64
	lost, passed atomic.Int64
}

func newWeather(t *testing.T, gateway string) *weather {
	t.Helper()
	target, err := url.Parse(gateway)
	if err != nil {
		t.Fatal(err)
	}
	w := &weather{}
	through := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
		},
		FlushInterval: -1,
		// A browser that has gone is no news.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	w.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		loss := w.loss.Load()
		if loss < 1000 && !strings.HasPrefix(in.URL.Path, "/api/") || rand.Int64N(1000) >= loss {
			w.passed.Add(1)
			through.ServeHTTP(out, in)
			return
		}
		w.lost.Add(1)
		if loss < 1000 && rand.IntN(2) == 0 {
			through.ServeHTTP(httptest.NewRecorder(), in)
		}
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(w.CloseClientConnections)
	return w
}

// rule sets the weather as a browser's test asks for it.
func (w *weather) rule(q url.Values) (any, error) {
	loss, err := strconv.ParseInt(q.Get("loss"), 10, 64)
	w.loss.Store(loss)
	return map[string]int64{"lost": w.lost.Load(), "passed": w.passed.Load()}, err
}

// director lets a browser's test ask for what only this side can do: the weather, and acts of an organisation's admin.
func director(t *testing.T, acts map[string]func(url.Values) (any, error)) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		do, ok := acts[strings.TrimPrefix(in.URL.Path, "/")]
		if !ok {
			http.Error(out, fmt.Sprintf("there is no act %s", in.URL.Path), http.StatusNotFound)
			return
		}
		answer, err := do(in.URL.Query())
		if err != nil {
			http.Error(out, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(out).Encode(answer) // the test has gone: nobody is left to tell
	}))
	t.Cleanup(s.Close)
	return s
}
