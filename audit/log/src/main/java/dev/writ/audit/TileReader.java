package dev.writ.audit;

import java.util.Optional;

/** Finds what a checkpoint's size demands in a log that may have grown since. */
final class TileReader {

    private final TileSource source;

    TileReader(TileSource source) {
        this.source = source;
    }

    /** The bytes of that tile; of a partial one that is not there any more, those of the full one that replaced it. */
    Optional<byte[]> hashes(LogPath.HashTile tile) {
        Optional<byte[]> found = source.read(tile.path());
        return found.isPresent() || tile.isFull()
                ? found
                : source.read(new LogPath.HashTile(tile.level(), tile.n(), LogPath.WIDTH).path())
                        .map(full -> TileBytes.first(tile, full));
    }

    /** The bytes of that bundle, likewise. */
    Optional<byte[]> leaves(LogPath.EntryBundle bundle) {
        Optional<byte[]> found = source.read(bundle.path());
        return found.isPresent() || bundle.isFull()
                ? found
                : source.read(new LogPath.EntryBundle(bundle.n(), LogPath.WIDTH).path())
                        .map(full -> TileBytes.first(bundle, full));
    }
}
