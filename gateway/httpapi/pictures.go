package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/evidence/picture"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/readmodel"
)

// pictureSides are the sizes of smaller pictures, in pixels of the longest side.
var pictureSides = map[string]int{"small": evidence.Small, "large": evidence.Large}

type pictureInput struct {
	EvidencePath
	Size string `query:"size" enum:"small,large" default:"small" doc:"The longest side: 240 or 1,280 pixels. A photo that is smaller keeps its size"`
}

// memberPictures and guestPictures are how long a browser keeps a picture. What was released may be taken back, so that guests ask
// each time whether it still is.
const (
	memberPictures = "private, max-age=31536000, immutable"
	guestPictures  = "no-cache"
)

// picture sends a photo made smaller: to guests one that is released to the public. What is no photo, or one that is too large
// to be made smaller, has none.
func (s *Server) picture(ctx context.Context, in *pictureInput) (*huma.StreamResponse, error) {
	h, err := in.hash()
	if err != nil {
		return nil, err
	}
	cache := memberPictures
	if member(ctx) == nil {
		cache = guestPictures
		// What is not released is to guests as if it were not there.
		yes, err := readmodel.Read(ctx, s.Store, func(v *readmodel.View) (bool, error) { return v.PhotoReleased(h) })
		if err != nil {
			return nil, err
		}
		if !yes {
			return nil, notThere(h, evidence.ErrNotStored)
		}
	}
	made, err := s.Evidence.Picture(ctx, h, pictureSides[in.Size])
	if errors.Is(err, evidence.ErrNoPicture) {
		return nil, &rootline.Error{Code: problem.CodeNoPicture, Says: rootline.Text{
			En: "No picture is made of this file: it is no JPEG, PNG or WebP that can be read, or too large. Save the file itself.",
			Zh: "无法为此文件生成图片：不是可读取的 JPEG、PNG 或 WebP，或尺寸过大。请下载原文件。",
		}}
	}
	if err != nil {
		return nil, notThere(h, err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		c := humagin.Unwrap(hc)
		c.Header("Content-Type", "image/jpeg")
		c.Header("Content-Security-Policy", "default-src 'none'; sandbox")
		c.Header("Cache-Control", cache)
		c.Header("ETag", pictureTag(h, in.Size))
		http.ServeContent(c.Writer, c.Request, "", time.Time{}, bytes.NewReader(made))
	}}, nil
}

func pictureTag(h rootline.Hash, size string) string {
	return fmt.Sprintf(`"%s-%s-%d"`, h, size, picture.Edition)
}
