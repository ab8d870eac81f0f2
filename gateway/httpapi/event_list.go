package httpapi

import "github.com/rootline/rootline/gateway/query"

type eventListInput struct {
	query.Paging
	query.EventsFilter
}

// eventList lists events of all assets, the last recorded first.
func (s *Server) eventList(v *reply, in *eventListInput) (*historyOutput, error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	list, err := v.Events(f, in.Page())
	if err != nil {
		return nil, err
	}
	return v.history(list)
}
