package outbox

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictjson"
)

// newcomerBytes bounds what is read of a device that the read model does not know yet: an enrolment, or an event that
// was signed right after one.
const newcomerBytes = limits.NewcomerBytes

// readVouched reads the submissions that are signed by a known device, or by one that enrols now. Of all others no more
// is read than the header: their answers are refusals.
func (a *admission) readVouched(ctx context.Context, subs []rootline.Submission) error {
	vouchers := make([]voucher, len(subs))
	for i := range subs {
		vouchers[i] = voucher{sub: &subs[i]}
		vouchers[i].readHeader()
	}
	if err := a.identify(ctx, vouchers); err != nil {
		return err
	}
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), (len(subs)+31)/32)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(vouchers); i += workers {
				vouchers[i].verify(a.o.config.Judge)
			}
		})
	}
	wg.Wait()
	for i := range vouchers {
		if why := vouchers[i].refused; why != nil {
			a.refuse(i, why)
			continue
		}
		if a.read(ctx, i, subs[i]); a.failed != nil {
			return a.failed
		}
	}
	return nil
}

// voucher is one submission, of which is found out who vouches for it.
type voucher struct {
	sub    *rootline.Submission
	header jws.Header
	// key is the device's, where it is known. The signature of one whose enrolment waits is looked at when it is judged.
	key     *jws.Key
	refused *rootline.Error
}

func (v *voucher) readHeader() {
	if n := len(v.sub.JWS); n > rootline.MaxEventBytes {
		v.refused = rootline.Refuse(rootline.CodeTooLarge, n, rootline.MaxEventBytes)
		return
	}
	var err error
	if v.header, err = jws.ParseHeader(v.sub.JWS); err != nil {
		v.refused = rootline.Refuse(rootline.CodeMalformedJWS, err)
	} else if v.header.Typ != rootline.TypEvent {
		v.refused = rootline.Refuse(rootline.CodeWrongType, v.header.Typ, rootline.TypEvent)
	}
}

// identify finds the devices' keys, and refuses what nobody vouches for.
func (a *admission) identify(ctx context.Context, vouchers []voucher) error {
	// What waits is looked at before the state is taken: whatever is recorded between is in the state.
	waits := map[string]bool{}
	a.o.mu.Lock()
	for i := range vouchers {
		kid := vouchers[i].header.Kid
		waits[kid] = a.o.q.writes[rootline.Ref{Space: rootline.SpaceDevice, ID: kid}] > 0
	}
	a.o.mu.Unlock()
	state, release, err := a.o.config.State(ctx)
	if err != nil {
		return fmt.Errorf("outbox: the read model: %w", err)
	}
	defer release()
	ledger, err := get[*rootline.Ledger](state, rootline.SpaceLedger, "")
	if err != nil {
		return err
	}
	keys := map[string]*jws.Key{}
	for i := range vouchers {
		v := &vouchers[i]
		if v.refused != nil {
			continue
		}
		if ledger != nil && ledger.Net != v.header.Net {
			v.refused = rootline.Refuse(rootline.CodeWrongNet, v.header.Net)
			continue
		}
		key, known := keys[v.header.Kid]
		if !known {
			if key, err = keyOf(state, v.header.Kid); err != nil {
				return err
			}
			keys[v.header.Kid] = key
		}
		if v.key = key; key != nil {
			continue
		}
		newcomer := false
		if len(v.sub.JWS) <= newcomerBytes {
			if v.key, newcomer = enrols(v.sub.JWS); v.key != nil {
				keys[v.header.Kid] = v.key
			}
			newcomer = newcomer || waits[v.header.Kid]
		}
		if !newcomer {
			v.refused = rootline.Refuse(rootline.CodeUnknownDevice)
		}
	}
	return nil
}

func keyOf(state judge.State, kid string) (*jws.Key, error) {
	device, err := get[*rootline.Device](state, rootline.SpaceDevice, kid)
	if device == nil || err != nil {
		return nil, err
	}
	return &device.Key, nil
}

// enrols reports whether a message is an enrolment, and returns the key that it registers when that is the one that it
// says signed it. Of others judging says what is wrong.
func enrols(compact string) (key *jws.Key, ok bool) {
	signed, err := jws.Parse(compact)
	if err != nil {
		return nil, false
	}
	event, err := rootline.ParseEvent(signed.Payload)
	if err != nil || event.Rulebook != rootline.Registry || event.Action != rootline.ActEnrol {
		return nil, false
	}
	var data rootline.EnrolData
	if strictjson.Decode(event.Data, &data) != nil || data.Key.Thumbprint() != signed.Kid {
		return nil, true
	}
	return &data.Key, true
}

func (v *voucher) verify(j *judge.Judge) {
	if v.refused != nil || v.key == nil {
		return
	}
	signed, err := jws.Parse(v.sub.JWS)
	if err != nil {
		v.refused = rootline.Refuse(rootline.CodeMalformedJWS, err)
		return
	}
	if good, err := j.Verify(signed, *v.key); err != nil || !good {
		v.refused = rootline.Refuse(rootline.CodeBadSignature)
	}
}
