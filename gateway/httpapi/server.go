package httpapi

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/pages"
	"github.com/rootline/rootline/limits"
)

// Server answers HTTP requests. It may be used by many goroutines.
type Server struct {
	Deps
	config      Config
	api         huma.API
	crossOrigin *http.CrossOriginProtection
	declared    declared
	engine      *gin.Engine
	root        *pages.Root // nil without a local CA
	metrics     *metrics
	handler     http.Handler
	// work bounds the bytes of what is worked on at one time, streams the open streams.
	work, streams *budget.Budget
	// exporting holds a token for each export that is read.
	exporting chan struct{}
	// files bounds what is read of the peer for those who download what was signed.
	files *budget.Rate
	// proofs bounds how many proofs are made for whom.
	proofs *budget.Rate
	// drafts bounds how many drafts of rulebooks are checked and tried for whom; trying holds a token for each that is tried, for
	// trialTime at most.
	drafts    *budget.Rate
	trying    chan struct{}
	trialTime time.Duration
	now       func() time.Time
	heartbeat time.Duration
}

// New builds the API. Its metrics are registered with r.
func New(config Config, deps Deps, r prometheus.Registerer) (*Server, error) {
	err := config.complete()
	if err != nil {
		return nil, err
	}
	s := &Server{
		Deps: deps, config: config, crossOrigin: http.NewCrossOriginProtection(), now: time.Now, heartbeat: heartbeat, declared: declared{},
		work: budget.New(workLimits), streams: budget.New(streamLimits), exporting: make(chan struct{}, exportsAtOnce), files: budget.NewRate(limits.SignedBytes, time.Minute), proofs: budget.NewRate(limits.Proofs, time.Minute),
		drafts: budget.NewRate(limits.Drafts, time.Minute), trying: make(chan struct{}, limits.TrialsAtOnce), trialTime: trialTime,
	}
	if s.root, err = pages.NewRoot(config.Root); err != nil {
		return nil, err
	}
	for _, origin := range config.origins() {
		if err := s.crossOrigin.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	if s.metrics, err = newMetrics(r, deps.Hub); err != nil {
		return nil, err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.RedirectTrailingSlash = false
	engine.HandleMethodNotAllowed = true
	engine.NoMethod(noMethod)
	engine.NoRoute(s.noRoute)
	if err := trust(engine, config.Proxies); err != nil {
		return nil, err
	}
	engine.Use(s.logged, recovered, addressed, s.secured, s.sameSite, limited(bodyLimit))
	s.api = huma.NewAPI(openAPI(config), adapter{engine, s.declared})
	s.api.UseMiddleware(s.guard, s.weighed)
	s.routes(s.api)
	s.pages(engine)
	s.engine = engine
	compressed, err := compress(engine)
	if err != nil {
		return nil, err
	}
	s.handler = deadlines(compressed)
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// OpenAPI is the description of the API, made from its code.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }
