package outbox

import (
	"context"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

// Named are the files that events name whose signed bytes are here: those that wait, those that the read model does not
// show yet, and refused ones that their devices may fetch and send anew. An event that is just being taken may be missing;
// its files were claimed a moment ago.
func (o *Outbox) Named(ctx context.Context) (map[rootline.Hash]bool, error) {
	rows, err := o.store.db.QueryContext(ctx, `SELECT jws FROM events WHERE settled = 0
		UNION ALL SELECT jws FROM events WHERE settled = 1 AND stage = 'refused' AND jws <> ''`)
	if err != nil {
		return nil, fmt.Errorf("outbox: the files that events name: %w", err)
	}
	defer rows.Close()
	files := map[rootline.Hash]bool{}
	for rows.Next() {
		var sub rootline.Submission
		if err := rows.Scan(&sub.JWS); err != nil {
			return nil, fmt.Errorf("outbox: the files that events name: %w", err)
		}
		reading := judge.Read(&sub)
		event := reading.Event()
		if event == nil {
			continue
		}
		for _, e := range []*rootline.Event{event, judge.Said(event)} {
			for _, ev := range e.Evidence {
				files[ev.SHA256] = true
			}
		}
	}
	return files, rows.Err()
}
