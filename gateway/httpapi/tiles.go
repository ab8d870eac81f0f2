package httpapi

import (
	"context"
	"errors"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/tiles"
)

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
		return nil, rootline.Refuse(rootline.CodeNotFound, "map tiles")
	}
	t, err := s.Tiles.Tile(ctx, in.Z, in.X, in.Y)
	switch {
	case errors.Is(err, tiles.ErrNone):
		return nil, rootline.Refuse(rootline.CodeNotFound, "map tile")
	case errors.Is(err, tiles.ErrUnreachable):
		return nil, rootline.Refuse(rootline.CodeNotReady, "the server of map tiles does not give this one")
	case err != nil:
		return nil, err
	}
	return &imageOutput{Type: t.Type, Cache: tileCache, Body: t.Body}, nil
}
