package httpapi

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/tiles"
)

// PointsType is the media type of positions in columns. All numbers are little-endian: the length of a JSON header in
// four bytes, the header (PointsHeader, filled up with spaces so that its length divides by four), then for the n points
// n latitudes and n longitudes in micro-degrees as int32, n places in looks as uint16, and n codes of width bytes each,
// filled up with spaces. A map of 100,000 items is 3 MB that way and read without parsing any of them.
const PointsType = "application/vnd.rootline.points"

// PointsHeader says what the columns hold.
type PointsHeader struct {
	N     int                   `json:"n"`
	Width int                   `json:"width" doc:"Bytes of a code"`
	More  bool                  `json:"more" doc:"There are more, which are left out: narrow the filter"`
	Looks []LookView            `json:"looks"`
	Block presentation.BlockRef `json:"block"`
}

// LookView is a kind of a rulebook in a state, with their words.
type LookView struct {
	Rulebook   string        `json:"rulebook" doc:"Without its version" example:"forestation"`
	Works      rootline.Text `json:"works" doc:"What the rulebook is called"`
	Kind       string        `json:"kind"`
	State      string        `json:"state"`
	KindTitle  rootline.Text `json:"kindTitle"`
	StateTitle rootline.Text `json:"stateTitle"`
}

type pointsOutput struct {
	Type string `header:"Content-Type"`
	Body []byte
}

// points gives the positions of everything that matches, for a map.
func (s *Server) points(v *reply, in *query.AssetsFilter) (*pointsOutput, error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	if f.Text != "" {
		// It would have to read every record; leaving it out would show more than matches.
		return nil, problem.BadRequest(rootline.Text{En: "A map is not filtered by text. List the items instead.", Zh: "地图不能按文本筛选，请改用列表。"}).At("text")
	}
	p, err := v.Points(f)
	if err != nil {
		return nil, err
	}
	head := PointsHeader{N: len(p.IDs), More: p.More, Looks: []LookView{}, Block: v.At}
	one := make([]uint16, len(p.Looks)) // versions of a rulebook share their looks
	for i, l := range p.Looks {
		name, _, _ := strings.Cut(l.Rulebook, "@")
		same := slices.IndexFunc(head.Looks, func(h LookView) bool { return h.Rulebook == name && h.Kind == l.Kind && h.State == l.State })
		if same >= 0 {
			one[i] = uint16(same)
			continue
		}
		view := LookView{Rulebook: name, Kind: l.Kind, State: l.State, KindTitle: rootline.Text{En: l.Kind, Zh: l.Kind}, StateTitle: rootline.Text{En: l.State, Zh: l.State}}
		if b := v.BookOf(l.Rulebook); b != nil {
			view.Works = b.Title
		}
		if k := v.KindOf(l.Rulebook, l.Kind); k != nil {
			view.KindTitle = k.Title
			if state := k.State(l.State); state != nil {
				view.StateTitle = state.Title
			}
		}
		one[i], head.Looks = uint16(len(head.Looks)), append(head.Looks, view)
	}
	for i, look := range p.Look {
		p.Look[i] = one[look]
	}
	for _, id := range p.IDs {
		head.Width = max(head.Width, len(id))
	}
	body, err := encodePoints(&head, p)
	return &pointsOutput{Type: PointsType, Body: body}, err
}

func encodePoints(head *PointsHeader, p *readmodel.Points) ([]byte, error) {
	h, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	for len(h)%4 != 0 {
		h = append(h, ' ')
	}
	b := make([]byte, 0, 4+len(h)+len(p.IDs)*(10+head.Width))
	b = append(binary.LittleEndian.AppendUint32(b, uint32(len(h))), h...)
	for _, at := range p.At {
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(at.Lat)))
	}
	for _, at := range p.At {
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(at.Lon)))
	}
	for _, look := range p.Look {
		b = binary.LittleEndian.AppendUint16(b, look)
	}
	for _, id := range p.IDs {
		b = append(b, id...)
		for range head.Width - len(id) {
			b = append(b, ' ')
		}
	}
	return b, nil
}

// TilesView says whether this gateway has pictures to put under a map.
type TilesView struct {
	Offered     bool   `json:"offered"`
	Attribution string `json:"attribution,omitempty" doc:"Whose they are; shown beside the map" example:"© OpenStreetMap contributors"`
	MaxZoom     int    `json:"maxZoom,omitempty" doc:"The deepest level" example:"19"`
}

func (s *Server) tilesOffered(context.Context, *struct{}) (*struct{ Body TilesView }, error) {
	out := &struct{ Body TilesView }{}
	if s.Tiles != nil {
		out.Body = TilesView{true, s.Tiles.Attribution(), tiles.MaxZoom}
	}
	return out, nil
}

type tileInput struct {
	Z int `path:"z" doc:"Level, 0 for the whole world"`
	X int `path:"x" doc:"Column, from the west"`
	Y int `path:"y" doc:"Row, from the north"`
}

// tileCache lets a browser keep a tile for a week: the pictures change rarely, and their servers ask for it.
const tileCache = "private, max-age=604800"

func (s *Server) tile(ctx context.Context, in *tileInput) (*imageOutput, error) {
	if s.Tiles == nil {
		return nil, rootline.Refuse(rootline.CodeNotFound, rootline.Text{En: "map tiles", Zh: "地图瓦片"})
	}
	t, err := s.Tiles.Tile(ctx, in.Z, in.X, in.Y)
	switch {
	case errors.Is(err, tiles.ErrNone):
		return nil, rootline.Refuse(rootline.CodeNotFound, rootline.Text{En: "map tile", Zh: "地图瓦片"})
	case errors.Is(err, tiles.ErrUnreachable):
		return nil, rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the server of map tiles does not give this one", Zh: "地图瓦片服务器未提供此瓦片"})
	case err != nil:
		return nil, err
	}
	return &imageOutput{Type: t.Type, Cache: tileCache, Body: t.Body}, nil
}
