// Package recorded has the synthetic stories as the blocks of a real network, for tests: the short story that up loads,
// then forestation, the floodway and the service centre of the long one. Blocks are whole: headers, envelopes, and
// metadata with the orderers' signatures and the peer's verdicts. Nobody and nothing in them exists.
//
// They are made anew, by "make stories", only by a commit that says which decision changed and why.
package recorded

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/klauspost/compress/zstd"
	"google.golang.org/protobuf/proto"
)

// File is where the blocks lie, from the root of the source.
const File = "story/recorded/testdata/stories.blocks"

//go:embed testdata/stories.blocks
var file []byte

// window is how far back the compression looks: over all of it, since each block repeats certificates of the first.
const window = 32 << 20

// maxBlock bounds a block in the file.
const maxBlock = 16 << 20

// Blocks gives the blocks from 0 on.
func Blocks() ([]*common.Block, error) { return Read(bytes.NewReader(file)) }

// Read reads blocks that Write wrote.
func Read(r io.Reader) ([]*common.Block, error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderMaxWindow(window), zstd.WithDecoderMaxMemory(2*window))
	if err != nil {
		return nil, fmt.Errorf("recorded: %w", err)
	}
	defer z.Close()
	var blocks []*common.Block
	for in := bufio.NewReader(z); ; {
		size, err := binary.ReadUvarint(in)
		if errors.Is(err, io.EOF) {
			return blocks, nil
		}
		if err == nil && size > maxBlock {
			err = fmt.Errorf("%d bytes", size)
		}
		b := make([]byte, min(size, maxBlock))
		if err == nil {
			_, err = io.ReadFull(in, b)
		}
		block := new(common.Block)
		if err == nil {
			err = proto.Unmarshal(b, block)
		}
		if err != nil {
			return nil, fmt.Errorf("recorded: block %d: %w", len(blocks), err)
		}
		blocks = append(blocks, block)
	}
}

// Write writes blocks: each as its length and its protobuf, all compressed with Zstandard.
func Write(w io.Writer, blocks []*common.Block) error {
	z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(window))
	if err != nil {
		return fmt.Errorf("recorded: %w", err)
	}
	for _, block := range blocks {
		b, err := proto.MarshalOptions{Deterministic: true}.Marshal(block)
		if err == nil {
			_, err = z.Write(append(binary.AppendUvarint(nil, uint64(len(b))), b...))
		}
		if err != nil {
			return fmt.Errorf("recorded: block %d: %w", block.GetHeader().GetNumber(), errors.Join(err, z.Close()))
		}
	}
	return z.Close()
}
