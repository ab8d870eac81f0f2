package httpapi

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/proofs"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

// SetProver makes proofs of sets, and signs those of other gateways; *proofs.Sets does.
type SetProver interface {
	Begin(device, organisation string, scope proofs.Scope, whole bool) (*proofs.Job, error)
	Job(organisation, id string) (*proofs.Job, error)
	Jobs(organisation string) []proofs.Job
	Cancel(organisation, id string) error
	Open(organisation, id string) (*os.File, *proofs.Job, error)
	Sign(ctx context.Context, in *proofs.SignedQuestion) (*proofs.SetAnswer, error)
}

// The lengths of bodies, in bytes.
const (
	setBody      = limits.SetCodes*40 + 1<<10
	questionBody = limits.SetQuestionBytes
)

// setWeight is what a job weighs while it is asked for, questionWeight what another gateway's question does while it is answered.
const (
	setWeight      = 2 << 20
	questionWeight = 8 << 20
)

// SetBody names the items of a set one by one.
type SetBody struct {
	Codes []string `json:"codes,omitempty" maxItems:"20000" doc:"The items' own codes, in place of a filter"`
}

type setInput struct {
	query.AssetsFilter
	Whole bool     `query:"whole" doc:"With each item's own proof, in a ZIP: for sets of at most 500 items"`
	Body  *SetBody `required:"false"`
}

// ProofJob is how far the proof of a set is.
type ProofJob struct {
	ID      string           `json:"id"`
	Subject string           `json:"subject" doc:"What the set is of, as the proof names it: the query of the list of assets, or codes" example:"assets?kind=tree&place=forest/9"`
	Whole   bool             `json:"whole" doc:"With each item's own proof"`
	State   proofs.State     `json:"state" enum:"waiting,proving,signing,ready,failed"`
	Done    int              `json:"done" doc:"Of total items' own proofs so many are made"`
	Total   int              `json:"total"`
	Asked   rootline.Instant `json:"asked"`
	Ended   rootline.Instant `json:"ended,omitzero"`
	Block   uint64           `json:"block,omitempty" doc:"The block that the list is as of"`
	Items   int              `json:"items" doc:"How many items the list has"`
	Proofs  int              `json:"proofs" doc:"Of how many of them the own proof is there"`
	Signed  int              `json:"signed" doc:"How many organisations' gateways signed the list"`
	K       int              `json:"k" doc:"How many have to, by the anchor that this organisation publishes; with fewer, those who verify have to be content with fewer"`
	Voices  []SetVoice       `json:"voices,omitempty" doc:"What came of asking each organisation"`
	Bytes   int64            `json:"bytes" doc:"Length of the file"`
	Error   *rootline.Error  `json:"error,omitempty" doc:"Why it failed"`
}

// SetVoice is what came of asking an organisation's gateway to sign a set.
type SetVoice struct {
	Organisation string          `json:"organisation" doc:"MSP id"`
	Outcome      proofs.Outcome  `json:"outcome" enum:"signed,differs,silent,elsewhere,refuses,forged,no-address" doc:"differs: it finds another list; elsewhere: it did not stand at the same block; forged: its signature does not hold; no-address: this gateway does not know where its gateway is"`
	Items        int             `json:"items,omitempty" doc:"How many items it finds"`
	Error        *rootline.Error `json:"error,omitempty" doc:"Why it refuses, in its words"`
}

func viewOfJob(j *proofs.Job) ProofJob {
	v := ProofJob{
		ID: j.ID, Subject: j.Subject, Whole: j.Whole, State: j.State, Done: j.Done, Total: j.Total, Asked: j.Asked, Ended: j.Ended, Block: j.Block,
		Items: j.Items, Proofs: j.Proofs, K: j.K, Bytes: j.Bytes, Error: j.Error,
	}
	for _, o := range j.Voices {
		v.Voices = append(v.Voices, SetVoice{o.Organisation, o.Outcome, o.Items, o.Error})
		if o.Outcome == proofs.Signed {
			v.Signed++
		}
	}
	return v
}

type jobOutput struct{ Body ProofJob }

type startedOutput struct {
	Location string `header:"Location"`
	Body     ProofJob
}

type jobsOutput struct {
	Body struct {
		Items []ProofJob `json:"items"`
	}
}

// JobPath names a job.
type JobPath struct {
	ID string `path:"id" maxLength:"36" doc:"A job's id"`
}

// beginSet takes the job of a set's proof.
func (s *Server) beginSet(ctx context.Context, in *setInput) (*startedOutput, error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	scope := proofs.Scope{Filter: f}
	if in.Body != nil && len(in.Body.Codes) > 0 {
		if scope.Subject() != (&proofs.Scope{}).Subject() {
			return nil, problem.BadRequest(rootline.Text{En: "A set is of codes, or of a filter, and not of both.", Zh: "集合可按编码或按筛选条件指定，不能同时使用。"}).At("/codes")
		}
		scope.Codes = slices.Clone(in.Body.Codes)
		slices.Sort(scope.Codes)
	}
	who := caller(ctx).device
	j, err := s.Sets.Begin(who.Kid, who.Organisation, scope, in.Whole)
	if err != nil {
		return nil, err
	}
	return &startedOutput{Location: "/api/v1/proofs/" + j.ID, Body: viewOfJob(j)}, nil
}

// setJobs lists the jobs of the own organisation.
func (s *Server) setJobs(ctx context.Context, _ *struct{}) (*jobsOutput, error) {
	out := &jobsOutput{}
	out.Body.Items = []ProofJob{}
	for _, j := range s.Sets.Jobs(caller(ctx).device.Organisation) {
		out.Body.Items = append(out.Body.Items, viewOfJob(&j))
	}
	return out, nil
}

func (s *Server) setJob(ctx context.Context, in *JobPath) (*jobOutput, error) {
	j, err := s.Sets.Job(caller(ctx).device.Organisation, in.ID)
	if err != nil {
		return nil, err
	}
	return &jobOutput{Body: viewOfJob(j)}, nil
}

func (s *Server) cancelSet(ctx context.Context, in *JobPath) (*struct{}, error) {
	return nil, s.Sets.Cancel(caller(ctx).device.Organisation, in.ID)
}

// setFile gives what a job made.
func (s *Server) setFile(ctx context.Context, in *JobPath) (*huma.StreamResponse, error) {
	file, j, err := s.Sets.Open(caller(ctx).device.Organisation, in.ID)
	if err != nil {
		return nil, err
	}
	kind, extension := proof.MediaType, proof.Extension
	if j.Whole {
		kind, extension = zipType, ".zip"
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer file.Close()
		c := humagin.Unwrap(hc)
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(exportTime))
		c.Header("Content-Type", kind)
		c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="rootline-set-%d%s"`, j.Block, extension))
		c.Header("Content-Length", fmt.Sprint(j.Bytes))
		c.Header("Cache-Control", "no-store")
		c.Status(http.StatusOK)
		if _, err := io.Copy(c.Writer, file); err != nil {
			if hc.Context().Err() == nil {
				slog.ErrorContext(hc.Context(), "the proof of a set was cut off", "err", err)
			}
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

// zipType is of a set's proof with its items'.
const zipType = "application/zip"

type questionInput struct{ Body proofs.SignedQuestion }

type answerOutput struct{ Body proofs.SetAnswer }

// signSet answers another organisation's gateway, which says who it is by its signature.
func (s *Server) signSet(ctx context.Context, in *questionInput) (*answerOutput, error) {
	a, err := s.Sets.Sign(ctx, &in.Body)
	if err != nil {
		return nil, err
	}
	return &answerOutput{Body: *a}, nil
}

// setRoutes are those of sets' proofs.
func (s *Server) setRoutes(api huma.API) {
	add(api, signedIn, post, "/api/v1/proofs", "prove-set", "Have the proof of a set made: of all assets that match the filter of the list, or of some codes", s.beginSet, body(setBody), weighs(setWeight), accepted)
	add(api, signedIn, get, "/api/v1/proofs", "list-set-proofs", "The proofs of sets that the own organisation has had made, the newest first", s.setJobs)
	add(api, signedIn, get, "/api/v1/proofs/{id}", "get-set-proof", "How far the proof of a set is", s.setJob, missing)
	add(api, signedIn, http.MethodDelete, "/api/v1/proofs/{id}", "cancel-set-proof", "Cancel the making of a set's proof, or drop it", s.cancelSet, missing)
	add(api, signedIn, get, "/api/v1/proofs/{id}/file", "get-set-proof-file", "The proof of a set as a file; a ZIP when the items' own proofs go with it", s.setFile, missing, takesItsTime, says(proof.MediaType, zipType), weighs(exportWeight))
	add(api, public, post, proofs.SignPath, "sign-set", "For other organisations' gateways: sign the list of a set as this gateway finds it at a block", s.signSet, body(questionBody), weighs(questionWeight), orConflict, orForbidden)
}

// accepted says that what is asked for is taken, and comes later.
func accepted(op *huma.Operation) { op.DefaultStatus = http.StatusAccepted }

func orForbidden(op *huma.Operation) { op.Errors = append(op.Errors, http.StatusForbidden) }

// setBodyLimit bounds the bodies of sets' routes; ok is false for another route.
func setBodyLimit(route string) (n int64, ok bool) {
	switch strings.ReplaceAll(route, `\:`, ":") {
	case post + " /api/v1/proofs":
		return setBody, true
	case post + " " + proofs.SignPath:
		return questionBody, true
	}
	return 0, false
}
