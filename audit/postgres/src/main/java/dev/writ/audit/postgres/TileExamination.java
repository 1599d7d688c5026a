package dev.writ.audit.postgres;

import dev.writ.audit.LogPath.HashTile;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.VerifyResult;
import dev.writ.model.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Holds stored tiles against the leaf hashes, and gives those of leaves that are not there any more. The newest tiles may be
 * missing, since they are written after the entries; none before one that is there.
 */
final class TileExamination implements AutoCloseable {

    private static final int TILE = HashTile.WIDTH;
    private static final int LEVEL_BITS = 8;
    private static final String TILES = "SELECT n, hashes FROM audit.tile WHERE log_id = ? AND level = ? ORDER BY n";

    private final List<Level> levels = new ArrayList<>();
    private Optional<VerifyResult.Broken> broken = Optional.empty();

    private static final class Level {
        private final Cursor tiles;
        private final byte[] hashes = new byte[TILE * MerkleHash.BYTES];
        private int filled;
        private long next;
        private long stored;

        Level(Cursor tiles) {
            this.tiles = tiles;
        }
    }

    private TileExamination() {}

    static TileExamination open(Connection connection, int log) throws SQLException {
        TileExamination examination = new TileExamination();
        try {
            for (int level = 0; level <= HashTile.MAX_LEVEL; level++) {
                examination.levels.add(new Level(Cursor.open(connection, TILES, log, level)));
            }
            return examination;
        } catch (SQLException failed) {
            examination.close();
            throw failed;
        }
    }

    /** The first thing that is wrong. */
    Optional<VerifyResult.Broken> broken() {
        return broken;
    }

    /** The hash of the next leaf, from the tile it is in. */
    Optional<Digest> next() throws SQLException {
        Level leaves = levels.get(0);
        if (!leaves.tiles.isAtRow() || leaves.tiles.row().getLong(1) != leaves.next) {
            return Optional.empty();
        }
        byte[] hashes = leaves.tiles.row().getBytes(2);
        int at = leaves.filled * MerkleHash.BYTES;
        return at + MerkleHash.BYTES > hashes.length
                ? Optional.empty()
                : Optional.of(Digest.fromBytes(Arrays.copyOfRange(hashes, at, at + MerkleHash.BYTES)));
    }

    /** The next leaf hash. */
    void add(Digest leafHash) throws SQLException {
        add(0, leafHash.bytes());
    }

    private void add(int number, byte[] hash) throws SQLException {
        Level level = levels.get(number);
        System.arraycopy(hash, 0, level.hashes, level.filled * MerkleHash.BYTES, MerkleHash.BYTES);
        level.filled++;
        if (level.filled < TILE) {
            return;
        }
        compare(number, level);
        level.filled = 0;
        level.next++;
        if (number < HashTile.MAX_LEVEL) {
            add(number + 1, TreeHashes.root(level.hashes, 0, TILE));
        }
    }

    private void compare(int number, Level level) throws SQLException {
        if (!level.tiles.isAtRow()) {
            return;
        }
        if (level.tiles.row().getLong(1) != level.next) {
            report(start(number, level.next), "tile " + level.next + " of level " + number + " is missing");
            return;
        }
        int differs = Arrays.mismatch(level.hashes, level.tiles.row().getBytes(2));
        if (differs >= 0) {
            long hash = (level.next << LEVEL_BITS) + Math.min(differs / MerkleHash.BYTES, TILE - 1);
            report(
                    hash << (LEVEL_BITS * number),
                    "tile " + level.next + " of level " + number + " is not that of the entries");
        }
        level.stored++;
        level.tiles.next();
    }

    /** All leaves are through. */
    void end() throws SQLException {
        long tiles = levels.get(0).stored;
        for (int number = 0; number < levels.size(); number++) {
            Level level = levels.get(number);
            // A tile is written together with those above that it completes.
            long expected = tiles >> (LEVEL_BITS * number);
            if (level.tiles.isAtRow()) {
                report(start(number, level.next), "a tile of level " + number + " is of entries that are not there");
            } else if (level.stored != expected) {
                report(
                        start(number, Math.min(level.stored, expected)),
                        "there are " + level.stored + " tiles of level " + number + " and not " + expected);
            }
        }
    }

    private static long start(int level, long tile) {
        return tile << (LEVEL_BITS * (level + 1));
    }

    private void report(long index, String what) {
        if (broken.isEmpty() || index < broken.get().index()) {
            broken = Optional.of(new VerifyResult.Broken(index, what));
        }
    }

    @Override
    public void close() throws SQLException {
        for (Level level : levels) {
            level.tiles.close();
        }
    }
}
