package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/readmodel"
)

// BlockNews is a block as the stream tells of it.
type BlockNews struct {
	Number       uint64           `json:"number"`
	Hash         rootline.Hash    `json:"hash"`
	Time         rootline.Instant `json:"time" doc:"Median of the timestamps of its transactions"`
	Transactions int              `json:"transactions"`
	Events       []EventNews      `json:"events"`
}

// EventNews is an event as the stream tells of it.
type EventNews struct {
	ID           string           `json:"id,omitempty" doc:"Not for guests"`
	Asset        string           `json:"asset,omitempty" doc:"Not for guests: who holds an item's code can ask for it"`
	Rulebook     string           `json:"rulebook,omitempty" doc:"Whose the kind is: a kind's name alone is none"`
	Kind         string           `json:"kind,omitempty"`
	Action       string           `json:"action"`
	State        string           `json:"state,omitempty"`
	Organisation string           `json:"organisation"`
	Role         string           `json:"role"`
	At           rootline.Instant `json:"at"`
	Witnessed    rootline.Instant `json:"witnessed"`
	Block        uint64           `json:"block"`
	Transaction  string           `json:"transaction"`
	Status       string           `json:"status"`
}

// NewsOf is a block that was applied, as the stream tells of it.
func NewsOf(b readmodel.BlockApplied) (BlockNews, []Finding) {
	news := BlockNews{Number: b.Number, Hash: b.Hash, Time: b.Time, Transactions: b.Transactions, Events: make([]EventNews, len(b.Events))}
	for i, e := range b.Events {
		news.Events[i] = EventNews{
			ID: e.ID, Asset: e.Asset, Rulebook: e.Rulebook, Kind: e.Kind, Action: e.Action, State: e.State, Organisation: e.Organisation, Role: e.Role,
			At: e.At, Witnessed: e.Witnessed, Block: e.Block, Transaction: e.Transaction, Status: string(e.Status),
		}
	}
	return news, findingsOf(b.Findings)
}

// The times of a stream.
const (
	heartbeat = 15 * time.Second
	// streamWrite is how long one message may take to be taken.
	streamWrite = 10 * time.Second
)

// replayPage is how many blocks are read at once for a listener that comes back.
const replayPage = 100

type streamInput struct {
	LastEventID string `header:"Last-Event-ID" doc:"The number of the last block that was seen; the stream goes on after it"`
	After       string `query:"after" doc:"The same, for clients that cannot set the header"`
}

// stream tells of blocks as they are applied (server-sent events).
func (s *Server) stream(ctx context.Context, in *streamInput) (*huma.StreamResponse, error) {
	from, resume, err := in.from()
	if err != nil {
		return nil, err
	}
	release, err := s.streams.Take(taker(ctx), 1)
	if err != nil {
		return nil, tooManyStreams(taker(ctx), err)
	}
	l, err := s.Hub.listen(member(ctx) != nil)
	if err != nil {
		release()
		return nil, rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the gateway is stopping", Zh: "网关正在停止"})
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer release()
		defer s.Hub.leave(l)
		ctx := hc.Context() // the one before ends with the headers
		w := newStreamWriter(humagin.Unwrap(hc).Writer)
		// An error here is a listener that went away, and it has nobody to be told to.
		_ = s.feed(ctx, w, l, from, resume)
	}}, nil
}

// tooManyStreams says whose streams are too many, and that only the news are missed.
func tooManyStreams(who budget.Who, err error) *rootline.Error {
	why := rootline.Text{
		En: fmt.Sprintf("All %d streams of news that this gateway keeps open are taken. Everything else works, and pages can be read anew", streamLimits.All),
		Zh: fmt.Sprintf("此网关可同时保持的 %d 条消息流已全部占用。其他功能正常，页面可重新读取", streamLimits.All),
	}
	switch {
	case err == budget.ErrAll && !who.Member: // Take returns it as it is
		why = rootline.Text{
			En: fmt.Sprintf("All %d streams of news for those who are not signed in are taken. Everything else works, and a device that signs in has a place", streamLimits.Guests),
			Zh: fmt.Sprintf("供未登录者使用的 %d 条消息流已全部占用。其他功能正常；登录的设备有预留位置", streamLimits.Guests),
		}
	case err == budget.ErrOwn && who.Member: // as above
		why = rootline.Text{
			En: fmt.Sprintf("This device has %d streams of news open, as many as one may. Close pages that are not needed", streamLimits.Member),
			Zh: fmt.Sprintf("此设备已打开 %d 条消息流，达到单台设备上限。请关闭不需要的页面", streamLimits.Member),
		}
	case err == budget.ErrOwn: // as above
		why = rootline.Text{
			En: fmt.Sprintf("%d streams of news are open from your address, as many as one address may have. Everything else works, and a device that signs in has a place", streamLimits.Guest),
			Zh: fmt.Sprintf("您所在的地址已打开 %d 条消息流，达到单一地址上限。其他功能正常；登录的设备有预留位置", streamLimits.Guest),
		}
	}
	return rootline.Refuse(rootline.CodeTooManyRequests, why, problem.RetryAfter)
}

func (in *streamInput) from() (from uint64, resume bool, err error) {
	last := in.LastEventID
	if last == "" {
		last = in.After
	}
	if last == "" {
		return 0, false, nil
	}
	n, err := strconv.ParseUint(last, 10, 63)
	if err != nil {
		return 0, false, problem.BadRequest(rootline.Text{
			En: "Last-Event-ID is the number of a block; this is none.", Zh: "Last-Event-ID 应为区块编号。",
		})
	}
	return n + 1, true, nil
}

// feed sends the blocks that were missed, then those that come. The listener began to keep messages before the first
// is read, so no block falls between.
func (s *Server) feed(ctx context.Context, w *streamWriter, l *listener, from uint64, resume bool) error {
	next := from
	if err := w.comment("rootline"); err != nil {
		return err
	}
	for resume {
		missed, err := readmodel.Read(ctx, s.Store, func(v *readmodel.View) ([]readmodel.BlockApplied, error) {
			return v.BlocksAfter(int64(next)-1, replayPage)
		})
		if err != nil {
			return err
		}
		for _, b := range missed {
			news, _ := NewsOf(b)
			if !l.member {
				news = forGuests(news)
			}
			m, err := blockMessage(news)
			if err != nil {
				return err
			}
			if err := w.send(m); err != nil {
				return err
			}
			next = b.Number + 1
		}
		resume = len(missed) == replayPage
	}
	if err := s.tellDevice(ctx, w); err != nil {
		return err
	}
	beat := time.NewTicker(s.heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-beat.C:
			if err := w.comment("still here"); err != nil {
				return err
			}
			if err := s.tellDevice(ctx, w); err != nil { // it may have expired
				return err
			}
		case m, open := <-l.messages:
			if !open {
				return errSlowListener
			}
			if m.hasID && m.block < next {
				continue // it was read already
			}
			if err := w.send(m); err != nil {
				return err
			}
			if !m.ends {
				continue
			}
			if err := s.tellDevice(ctx, w); err != nil {
				return err
			}
		}
	}
}

// DeviceNews tells a device that was signed in that it has come to its end. The stream ends with it.
type DeviceNews struct {
	Code rootline.Code `json:"code" doc:"device-revoked or device-expired"`
	Says rootline.Text `json:"says"`
}

var errDeviceEnded = errors.New("the device was revoked or has expired")

// tellDevice looks whether the device that listens may still do so, and tells it when it may not.
func (s *Server) tellDevice(ctx context.Context, w *streamWriter) error {
	ended, _ := ctx.Value(endedKey{}).(*rootline.Error)
	if p := caller(ctx); p != nil {
		_, err := s.activeDevice(ctx, p.device.Kid, rootline.InstantOf(s.now()))
		if ended = rootline.AsError(err); ended == nil {
			return err
		}
	}
	if ended == nil {
		return nil
	}
	data, err := json.Marshal(DeviceNews{ended.Code, ended.Says})
	if err != nil {
		return err
	}
	return errors.Join(w.send(message{event: "device", data: data}), errDeviceEnded)
}

// streamWriter writes server-sent events, each with its own deadline.
type streamWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func newStreamWriter(w http.ResponseWriter) *streamWriter {
	s := &streamWriter{w: w, control: http.NewResponseController(w)}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies must not hold it back
	_ = s.control.SetReadDeadline(time.Time{})
	w.WriteHeader(http.StatusOK)
	return s
}

func (s *streamWriter) comment(text string) error { return s.write(": " + text + "\n\n") }

func (s *streamWriter) send(m message) error {
	id := ""
	if m.hasID {
		id = fmt.Sprintf("id: %d\n", m.block)
	}
	return s.write("event: " + m.event + "\n" + id + "data: " + string(m.data) + "\n\n")
}

func (s *streamWriter) write(text string) error {
	_ = s.control.SetWriteDeadline(time.Now().Add(streamWrite))
	if _, err := io.WriteString(s.w, text); err != nil {
		return err
	}
	return s.control.Flush()
}
