package proofs

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/storage"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

// State is how far a job is.
type State string

// The states of a job.
const (
	// Waiting: others run.
	Waiting State = "waiting"
	// Proving: the items' own proofs are made; Done of Total.
	Proving State = "proving"
	// Signing: the items are listed, and other organisations' gateways asked.
	Signing State = "signing"
	// Ready: the file can be taken.
	Ready State = "ready"
	// Failed: Error says why.
	Failed State = "failed"
)

// ended reports whether nothing is done of the job any more.
func (s State) ended() bool { return s == Ready || s == Failed }

// Job is the making of a set's proof.
type Job struct {
	ID string `json:"id"`
	// Device asked for it, of Organisation.
	Device       string `json:"device"`
	Organisation string `json:"organisation"`
	Subject      string `json:"subject"`
	// Whole says that the items' own proofs are made too.
	Whole bool  `json:"whole,omitempty"`
	State State `json:"state"`
	// Done of Total items' own proofs are made.
	Done  int              `json:"done,omitempty"`
	Total int              `json:"total,omitempty"`
	Asked rootline.Instant `json:"asked"`
	Ended rootline.Instant `json:"ended,omitzero"`
	// Of what is ready: the block, how many items there are, of how many the own proof is there, what came of asking each
	// organisation, how many the anchor asks for, and the length of the file.
	Block  uint64  `json:"block,omitempty"`
	Items  int     `json:"items,omitempty"`
	Proofs int     `json:"proofs,omitempty"`
	Voices []Voice `json:"voices,omitempty"`
	K      int     `json:"k,omitempty"`
	Bytes  int64   `json:"bytes,omitempty"`
	// Error is why it failed.
	Error *rootline.Error `json:"error,omitempty"`
}

const (
	// jobTime bounds a job, wholeTime one with the items' own proofs. jobsKept is how long the file of one can be taken.
	jobTime   = 5 * time.Minute
	wholeTime = 30 * time.Minute
	jobsKept  = 24 * time.Hour
	// wholePasses bounds how often proofs of items that changed meanwhile are made anew.
	wholePasses = 3
)

// jobs are those that are kept, by id.
type jobs struct {
	mu   sync.Mutex
	each map[string]*job
	// used is the length of the files, and of what running jobs have written.
	used    int64
	running *turns
	work    sync.WaitGroup
	ctx     context.Context
	stop    context.CancelFunc
}

type job struct {
	Job
	scope Scope
	// cancel ends it.
	cancel context.CancelFunc
	// spooled is what of the spool it uses.
	spooled int64
}

// who takes turns with others: an organisation, whichever of its devices asks.
func (j *job) who() budget.Who { return budget.Who{Name: j.Organisation, Member: true} }

// NewSets returns Sets, with the jobs that the folder holds: what was ready still is, and what was under way when the gateway
// ended has failed.
func NewSets(c SetsConfig) (*Sets, error) {
	s := newSets(c)
	s.jobs.each, s.jobs.running = map[string]*job{}, newTurns(limits.SetJobsAtOnce)
	s.jobs.ctx, s.jobs.stop = context.WithCancel(context.Background())
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, err
	}
	if err := s.load(); err != nil {
		return nil, err
	}
	return s, nil
}

// Close ends the jobs that run. They are found to have failed at the next start.
func (s *Sets) Close() error {
	s.jobs.stop()
	s.jobs.work.Wait()
	s.http.CloseIdleConnections()
	return nil
}

func (s *Sets) path(id, extension string) string {
	return filepath.Join(s.config.Dir, id+extension)
}

// file is where the file of a job lies.
func (s *Sets) file(j *Job) string {
	if j.Whole {
		return s.path(j.ID, proof.PackExtension)
	}
	return s.path(j.ID, proof.Extension)
}

// recordExtension is of the record of a job.
const recordExtension = ".json"

// load reads the folder. What belongs to no job goes.
func (s *Sets) load() error {
	entries, err := os.ReadDir(s.config.Dir)
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), recordExtension)
		if !ok || !rootline.ValidEventID(id) || len(s.jobs.each) >= limits.SetJobs {
			continue
		}
		j := &job{}
		b, err := os.ReadFile(filepath.Join(s.config.Dir, e.Name()))
		if err != nil || json.Unmarshal(b, &j.Job) != nil || j.ID != id {
			continue // it is of another version, or was cut off: nothing is lost but that proof
		}
		if !j.State.ended() {
			j.State, j.Error, j.Ended = Failed, interrupted(), rootline.InstantOf(s.clock())
			if err := s.keep(j); err != nil {
				return err
			}
		}
		if j.State == Ready {
			info, err := os.Stat(s.file(&j.Job))
			if err != nil || info.Size() != j.Bytes {
				continue
			}
			j.spooled = j.Bytes
			s.jobs.used += j.Bytes
			kept[filepath.Base(s.file(&j.Job))] = true
		}
		kept[e.Name()] = true
		s.jobs.each[id] = j
	}
	for _, e := range entries {
		if !kept[e.Name()] {
			if err := os.RemoveAll(filepath.Join(s.config.Dir, e.Name())); err != nil {
				return err
			}
		}
	}
	s.expire()
	return nil
}

func interrupted() *rootline.Error {
	return &rootline.Error{Code: rootline.CodeNotReady, Says: rootline.Text{
		En: "The gateway ended while this proof was being made. Ask for it again.",
		Zh: "制作此证明时网关停止了。请重新请求。",
	}}
}

// keep writes the record of a job.
func (s *Sets) keep(j *job) error {
	b, err := json.Marshal(&j.Job)
	if err != nil {
		return err
	}
	path := s.path(j.ID, recordExtension)
	if err := os.WriteFile(path+"~", b, 0o600); err != nil {
		return err
	}
	return os.Rename(path+"~", path)
}

// expire drops what is kept long enough. The caller holds no lock.
func (s *Sets) expire() {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	now := s.clock()
	for _, j := range s.jobs.each {
		if j.State.ended() && now.Sub(j.Ended.Time()) >= jobsKept {
			s.drop(j)
		}
	}
}

// drop forgets a job that has ended, and its files. The caller holds the lock.
func (s *Sets) drop(j *job) {
	delete(s.jobs.each, j.ID)
	s.jobs.used -= j.spooled
	for _, path := range []string{s.file(&j.Job), s.path(j.ID, recordExtension)} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.log.Warn("the file of a proof is not removed", "error", err)
		}
	}
}

// Begin takes a job. Errors: what Scope.Check refuses, CodeTooManyRequests when an organisation has as many as it may or too many
// are kept, CodeStorageFull.
func (s *Sets) Begin(device, organisation string, scope Scope, whole bool) (*Job, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	s.expire()
	if storage.Free(s.config.Dir) < s.config.Reserve {
		return nil, rootline.Refuse(rootline.CodeStorageFull)
	}
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	if s.jobs.ctx.Err() != nil {
		return nil, interrupted()
	}
	if err := s.room(organisation); err != nil {
		return nil, err
	}
	j := &job{Job: Job{
		ID: uuid.Must(uuid.NewV7()).String(), Device: device, Organisation: organisation, Subject: scope.Subject(), Whole: whole, State: Waiting,
		Asked: rootline.InstantOf(s.clock()),
	}, scope: scope}
	if err := s.keep(j); err != nil {
		return nil, err
	}
	s.jobs.each[j.ID] = j
	patience := jobTime
	if whole {
		patience = wholeTime
	}
	var ctx context.Context
	ctx, j.cancel = context.WithCancel(s.jobs.ctx)
	s.jobs.work.Go(func() {
		defer j.cancel()
		if release, err := s.jobs.running.take(ctx, j.who()); err == nil {
			defer release()
		}
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		s.end(j, s.run(ctx, j))
	})
	out := j.Job
	return &out, nil
}

// room makes room for one more job of an organisation: of those of its devices that have ended the oldest goes. The caller
// holds the lock.
func (s *Sets) room(organisation string) error {
	own, under := 0, 0
	var oldest *job
	for _, j := range s.jobs.each {
		if j.Organisation != organisation {
			continue
		}
		own++
		if !j.State.ended() {
			under++
		} else if oldest == nil || j.Ended < oldest.Ended {
			oldest = j
		}
	}
	switch {
	case under >= limits.OrganisationSetJobs || own == 0 && len(s.jobs.each) >= limits.SetJobs || oldest == nil && len(s.jobs.each) >= limits.SetJobs:
		return tooManyJobs()
	case own >= limits.OrganisationSetJobs || len(s.jobs.each) >= limits.SetJobs:
		s.drop(oldest)
	}
	return nil
}

func tooManyJobs() error {
	return &rootline.Error{Code: rootline.CodeTooManyRequests, Says: rootline.Text{
		En: "Too many proofs of sets are being made. Wait until one is ready, or cancel one.",
		Zh: "正在制作的集合证明过多。请等待其中一个完成，或取消一个。",
	}}
}

// end notes what came of a job. One that was cancelled is gone.
func (s *Sets) end(j *job, err error) {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	if _, kept := s.jobs.each[j.ID]; !kept {
		s.jobs.each[j.ID] = j // cancelled meanwhile
		s.drop(j)
		return
	}
	j.State, j.Ended = Ready, rootline.InstantOf(s.clock())
	if err != nil {
		j.State = Failed
		if j.Error = rootline.AsError(err); j.Error == nil {
			j.Error = rootline.Refuse(rootline.CodeInternal)
			switch {
			case s.jobs.ctx.Err() != nil:
				j.Error = interrupted()
			case storage.Full(err):
				j.Error = rootline.Refuse(rootline.CodeStorageFull)
			case errors.Is(err, context.DeadlineExceeded):
				j.Error = rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the proof was not made in time", Zh: "未能在规定时间内生成证明"})
			default:
				s.log.Error("the proof of a set is not made", "subject", j.Subject, "error", err)
			}
		}
		s.jobs.used -= j.spooled
		j.spooled = 0
		if err := os.Remove(s.file(&j.Job)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.log.Warn("the file of a proof is not removed", "error", err)
		}
	}
	if err := s.keep(j); err != nil {
		s.log.Error("the job of a proof is not kept", "error", err)
	}
}

// change changes what a job says of itself.
func (s *Sets) change(j *job, change func(*Job)) {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	change(&j.Job)
}

// spool takes room for a file, before it is written. The error is a refusal.
func (s *Sets) spool(j *job, n int64) error {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	if s.jobs.used+n > limits.SetSpool || storage.Free(s.config.Dir)-n < s.config.Reserve {
		return rootline.Refuse(rootline.CodeStorageFull)
	}
	s.jobs.used += n
	j.spooled += n
	return nil
}

// Job is one of an organisation's. The error is CodeNotFound for any other.
func (s *Sets) Job(organisation, id string) (*Job, error) {
	s.expire()
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	j := s.jobs.each[id]
	if j == nil || j.Organisation != organisation {
		return nil, noJob(id)
	}
	out := j.Job
	return &out, nil
}

func noJob(id string) error {
	return rootline.Refuse(rootline.CodeNotFound, rootline.Text{En: "proof " + id, Zh: "证明 " + id})
}

// Jobs are an organisation's, the newest first.
func (s *Sets) Jobs(organisation string) []Job {
	s.expire()
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	out := []Job{}
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(s.jobs.each))) {
		if j := s.jobs.each[id]; j.Organisation == organisation {
			out = append(out, j.Job)
		}
	}
	return out
}

// Cancel ends a job, or drops what it made.
func (s *Sets) Cancel(organisation, id string) error {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	j := s.jobs.each[id]
	if j == nil || j.Organisation != organisation {
		return noJob(id)
	}
	if j.State.ended() {
		s.drop(j)
		return nil
	}
	j.cancel()
	delete(s.jobs.each, id) // end removes its files
	return nil
}

// Open opens the file of a job that is ready. The error is CodeNotReady before that.
func (s *Sets) Open(organisation, id string) (*os.File, *Job, error) {
	j, err := s.Job(organisation, id)
	if err != nil {
		return nil, nil, err
	}
	switch j.State {
	case Ready:
	case Failed:
		return nil, nil, j.Error
	default:
		return nil, nil, rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the proof is still being made", Zh: "证明仍在生成"})
	}
	f, err := os.Open(s.file(j))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, noJob(id)
	}
	return f, j, err
}

// run makes the file of a job.
func (s *Sets) run(ctx context.Context, j *job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	parts := s.path(j.ID, ".parts")
	defer os.RemoveAll(parts)
	var proofs map[string]NamedProof
	var signed *signedSet
	for pass := range wholePasses {
		if j.Whole {
			changed, err := s.prove(ctx, j, parts, &proofs)
			if err != nil {
				return err
			}
			if pass > 0 && !changed {
				break
			}
		}
		s.change(j, func(j *Job) { j.State = Signing })
		var err error
		named := slices.SortedFunc(maps.Values(proofs), func(a, b NamedProof) int { return strings.Compare(a.Code, b.Code) })
		if signed, err = s.signed(ctx, &j.scope, named); err != nil {
			return err
		}
		s.change(j, func(j *Job) { j.Voices, j.Items, j.Block = signed.voices, len(signed.set.Items), signed.set.Block })
		if !j.Whole || !slices.ContainsFunc(signed.set.Items, func(i proof.Item) bool { return i.Proof == nil }) {
			break
		}
	}
	file, err := s.config.Maker.set(ctx, signed)
	if err != nil {
		return err
	}
	anchor := proof.AnchorOf(s.config.Maker.config.Channel, s.config.Maker.config.Genesis, signed.set.Net, signed.members)
	n, named, err := s.write(j, file, signed, parts)
	if err != nil {
		return err
	}
	s.change(j, func(j *Job) { j.Bytes, j.K, j.Proofs = n, anchor.K, named })
	return nil
}

// prove makes the own proofs of the items that have none yet of the head that they have. It reports whether it made any.
func (s *Sets) prove(ctx context.Context, j *job, parts string, proofs *map[string]NamedProof) (changed bool, err error) {
	s.change(j, func(j *Job) { j.State = Proving })
	v, err := s.config.Store.View(ctx)
	if err != nil {
		return false, err
	}
	items, err := j.scope.items(v)
	v.Close()
	if err != nil {
		return false, err
	}
	if len(items) > limits.SetProofs {
		return false, &rootline.Error{Code: rootline.CodeBadRequest, Says: rootline.Text{
			En: fmt.Sprintf("The set has %d items; the items' own proofs go with at most %d. Take it without them, or narrow it.", len(items), limits.SetProofs),
			Zh: fmt.Sprintf("集合有 %d 个物品；附带各物品证明时最多 %d 个。请不附带，或缩小范围。", len(items), limits.SetProofs),
		}}
	}
	if err := os.MkdirAll(parts, 0o700); err != nil {
		return false, err
	}
	if *proofs == nil {
		*proofs = map[string]NamedProof{}
	}
	s.change(j, func(j *Job) { j.Done, j.Total = 0, len(items) })
	spooled := int64(0)
	for _, item := range items {
		if (*proofs)[item.Code].Head != item.Head {
			made, err := s.config.Maker.Item(ctx, item.Code, Options{Who: j.who()})
			if err != nil {
				return changed, err
			}
			if spooled += int64(len(made.File)) + zipEntry; spooled > limits.SetPackBytes {
				return changed, rootline.Refuse(rootline.CodeProofTooLong, j.Subject)
			}
			if err := s.spool(j, int64(len(made.File))); err != nil {
				return changed, err
			}
			if err := os.WriteFile(filepath.Join(parts, item.Code), made.File, 0o600); err != nil {
				return changed, err
			}
			(*proofs)[item.Code] = NamedProof{item.Code, made.Head, rootline.HashOf(made.File)}
			changed = true
		}
		s.change(j, func(j *Job) { j.Done++ })
	}
	return changed, nil
}

// write writes the file of a job: the set's proof, or with the items' own a ZIP of both.
func (s *Sets) write(j *job, set []byte, signed *signedSet, parts string) (n int64, named int, err error) {
	if err := s.spool(j, int64(len(set))); err != nil {
		return 0, 0, err
	}
	if !j.Whole {
		return int64(len(set)), 0, os.WriteFile(s.file(&j.Job), set, 0o600)
	}
	// Together with what the items' proofs took while they were made, the ZIP is twice there for a moment.
	size := int64(0)
	for _, item := range signed.set.Items {
		if item.Proof == nil {
			continue
		}
		info, err := os.Stat(filepath.Join(parts, item.Code))
		if err != nil {
			return 0, 0, err
		}
		size += info.Size() + zipEntry
	}
	if size > limits.SetPackBytes-int64(len(set)) {
		return 0, 0, rootline.Refuse(rootline.CodeProofTooLong, signed.subject)
	}
	if err := s.spool(j, size); err != nil {
		return 0, 0, err
	}
	f, err := os.OpenFile(s.file(&j.Job), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, 0, err
	}
	named, err = pack(f, set, signed.set.Items, parts)
	if err == nil {
		n, err = f.Seek(0, io.SeekEnd)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, 0, err
	}
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	s.jobs.used += n - j.spooled // the parts go
	j.spooled = n
	return n, named, nil
}

// zipEntry is more than what a ZIP has for an entry besides what is in it.
const zipEntry = 256

// pack writes a ZIP. What is in it is packed already.
func pack(w io.Writer, set []byte, items []proof.Item, parts string) (named int, err error) {
	z := zip.NewWriter(w)
	entry := func(name string, b []byte) error {
		e, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = e.Write(b)
		}
		return err
	}
	if err := entry(proof.PackSet, set); err != nil {
		return 0, err
	}
	for _, item := range items {
		if item.Proof == nil {
			continue
		}
		b, err := os.ReadFile(filepath.Join(parts, item.Code))
		if err != nil {
			return 0, err
		}
		if rootline.HashOf(b) != *item.Proof {
			return 0, fmt.Errorf("proofs: the proof of %s is another one", item.Code)
		}
		if err := entry(proof.PackItems+item.Code+proof.Extension, b); err != nil {
			return 0, err
		}
		named++
	}
	return named, z.Close()
}
