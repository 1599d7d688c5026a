// Checks a tiled log with nothing of Writ's: golang.org/x/mod/sumdb and Tessera's fsck.
//
// Usage: peers <folder with checkpoint and tiles> <folder with claims>
//
// Claims are the files vkey, proof (a tlog-proof), leaf (the bytes it is about), earlier (a signed checkpoint) and consistency
// (hashes in base64, one a line, that lead from the earlier tree to the newest).
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func check(folder, claims string) error {
	vkey, err := os.ReadFile(filepath.Join(claims, "vkey"))
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(string(vkey))
	if err != nil {
		return fmt.Errorf("vkey: %w", err)
	}
	head, err := open(filepath.Join(folder, "checkpoint"), verifier)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	earlier, err := open(filepath.Join(claims, "earlier"), verifier)
	if err != nil {
		return fmt.Errorf("earlier: %w", err)
	}
	if err := proof(claims, verifier); err != nil {
		return fmt.Errorf("proof: %w", err)
	}
	if err := grown(folder, claims, earlier, head); err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	if head.N == 0 {
		return nil
	}
	fetcher := &client.FileFetcher{Root: folder}
	if err := fsck.New(verifier.Name(), verifier, fetcher, leafHashes, fsck.Opts{N: 1}).Check(context.Background()); err != nil {
		return fmt.Errorf("fsck: %w", err)
	}
	return nil
}

func open(file string, verifier note.Verifier) (tlog.Tree, error) {
	signed, err := os.ReadFile(file)
	if err != nil {
		return tlog.Tree{}, err
	}
	return tree(signed, verifier)
}

func tree(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// proof checks the tlog-proof, which brings its own checkpoint.
func proof(claims string, verifier note.Verifier) error {
	text, err := os.ReadFile(filepath.Join(claims, "proof"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	leaf, err := os.ReadFile(filepath.Join(claims, "leaf"))
	if err != nil {
		return err
	}
	above, signed, isWhole := strings.Cut(string(text), "\n\n")
	lines := strings.Split(above, "\n")
	if !isWhole || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("not a tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	hashes, err := parse(lines[2:])
	if err != nil {
		return err
	}
	in, err := tree([]byte(signed), verifier)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(hashes, in.N, in.Hash, index, tlog.RecordHash(leaf))
}

// grown checks that the newest tree extends the earlier one: by the claimed proof, and by the tiles themselves.
func grown(folder, claims string, earlier, head tlog.Tree) error {
	if earlier.N == 0 {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(claims, "consistency"))
	if err != nil {
		return err
	}
	hashes, err := parse(strings.Fields(string(text)))
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(hashes, head.N, head.Hash, earlier.N, earlier.Hash); err != nil {
		return err
	}
	root, err := tlog.TreeHash(earlier.N, tlog.TileHashReader(head, tiles{folder}))
	if err != nil {
		return err
	}
	if root != earlier.Hash {
		return fmt.Errorf("the tiles make another tree of size %d", earlier.N)
	}
	return nil
}

func parse(lines []string) ([]tlog.Hash, error) {
	hashes := []tlog.Hash{}
	for _, line := range lines {
		bytes, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(bytes) != tlog.HashSize {
			return nil, fmt.Errorf("not a hash: %q", line)
		}
		hashes = append(hashes, tlog.Hash(bytes))
	}
	return hashes, nil
}

// tiles are those of a folder, whose paths lack the height that x/mod has in them.
type tiles struct{ folder string }

func (tiles) Height() int { return 8 }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		read, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		data[i] = read
	}
	return data, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func leafHashes(bundle []byte) ([][]byte, error) {
	entries := &api.EntryBundle{}
	if err := entries.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	hashes := [][]byte{}
	for _, entry := range entries.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}
