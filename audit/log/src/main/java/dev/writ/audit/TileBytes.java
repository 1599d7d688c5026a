package dev.writ.audit;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Between what is in a {@link LogPath} and its bytes. There is one form of each, and nothing else is read.
 *
 * @see <a href="https://c2sp.org/tlog-tiles">C2SP tlog-tiles</a>
 */
public final class TileBytes {

    private static final int LENGTH_BYTES = 2;

    /** The longest a bundle can be. */
    static final int MAX_BYTES = LogPath.WIDTH * (LENGTH_BYTES + Leaf.MAX_BYTES);

    private TileBytes() {}

    /**
     * A bundle: each leaf after its length as two bytes, big-endian.
     *
     * @throws IllegalArgumentException if there are none or more than 256, or one is longer than a length can say
     */
    public static byte[] ofLeaves(List<byte[]> leaves) {
        requireWidth(leaves.size());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] leaf : leaves) {
            if (leaf.length > Leaf.MAX_BYTES) {
                throw new IllegalArgumentException("a leaf is longer than " + Leaf.MAX_BYTES + " bytes");
            }
            bytes.write(leaf.length >>> Byte.SIZE);
            bytes.write(leaf.length);
            bytes.writeBytes(leaf);
        }
        return bytes.toByteArray();
    }

    /**
     * The leaves of that bundle, which may be anything.
     *
     * @throws VerificationException if there are more or fewer, or bytes are left over
     */
    public static List<byte[]> leaves(LogPath.EntryBundle bundle, byte[] bytes) {
        List<byte[]> leaves = new ArrayList<>(bundle.width());
        forEach(bundle, bytes, (place, from, to) -> leaves.add(Arrays.copyOfRange(bytes, from, to)));
        return leaves;
    }

    /** Takes leaves, one by one. */
    @FunctionalInterface
    interface LeafTaker {
        /** The leaf at that place in the bundle is from there to there in its bytes. */
        void take(int place, int from, int to);
    }

    /** Gives away leaves where they are, as far as they can be read. */
    static void forEach(LogPath.EntryBundle bundle, byte[] bytes, LeafTaker leaves) {
        int at = 0;
        for (int place = 0; place < bundle.width(); place++) {
            if (bytes.length - at < LENGTH_BYTES) {
                throw new VerificationException("a bundle ends after " + place + " entries");
            }
            int length = length(bytes, at);
            at += LENGTH_BYTES;
            if (bytes.length - at < length) {
                throw new VerificationException("a bundle ends within an entry");
            }
            leaves.take(place, at, at + length);
            at += length;
        }
        if (at != bytes.length) {
            throw new VerificationException("a bundle holds more than its entries");
        }
    }

    /**
     * A tile: hash after hash.
     *
     * @throws IllegalArgumentException if there are none or more than 256, or one is not 32 bytes long
     */
    public static byte[] ofHashes(List<byte[]> hashes) {
        requireWidth(hashes.size());
        byte[] bytes = new byte[hashes.size() * MerkleHash.BYTES];
        for (int i = 0; i < hashes.size(); i++) {
            System.arraycopy(MerkleHash.requireHash(hashes.get(i)), 0, bytes, i * MerkleHash.BYTES, MerkleHash.BYTES);
        }
        return bytes;
    }

    /**
     * The hashes of that tile.
     *
     * @throws VerificationException if there are more or fewer, or bytes are left over
     */
    public static List<byte[]> hashes(LogPath.HashTile tile, byte[] bytes) {
        requireHashes(tile, bytes);
        List<byte[]> hashes = new ArrayList<>(tile.width());
        for (int at = 0; at < bytes.length; at += MerkleHash.BYTES) {
            hashes.add(Arrays.copyOfRange(bytes, at, at + MerkleHash.BYTES));
        }
        return hashes;
    }

    /** The bytes of that tile, if there are as many as it needs. */
    static byte[] requireHashes(LogPath.HashTile tile, byte[] bytes) {
        if (bytes.length != tile.width() * MerkleHash.BYTES) {
            throw new VerificationException("a tile has another number of bytes than " + MerkleHash.BYTES + " a hash");
        }
        return bytes;
    }

    /** The root of a full tile's hashes, from its bytes. */
    static byte[] rootOfFull(byte[] tile) {
        byte[] row = tile.clone();
        for (int nodes = LogPath.WIDTH / 2; nodes > 0; nodes /= 2) {
            for (int i = 0; i < nodes; i++) {
                // Each is written where none is read any more.
                MerkleHash.node(row, 2 * i * MerkleHash.BYTES, i * MerkleHash.BYTES);
            }
        }
        return Arrays.copyOf(row, MerkleHash.BYTES);
    }

    /** Of the bytes of the full tile, those of a partial one. */
    static byte[] first(LogPath.HashTile tile, byte[] full) {
        return Arrays.copyOf(full, Math.min(full.length, tile.width() * MerkleHash.BYTES));
    }

    /** Of the bytes of the full bundle, those of a partial one. */
    static byte[] first(LogPath.EntryBundle bundle, byte[] full) {
        int at = 0;
        for (int i = 0; i < bundle.width() && full.length - at >= LENGTH_BYTES; i++) {
            at += LENGTH_BYTES + length(full, at);
        }
        return Arrays.copyOf(full, Math.min(full.length, at));
    }

    private static int length(byte[] bytes, int at) {
        return Byte.toUnsignedInt(bytes[at]) << Byte.SIZE | Byte.toUnsignedInt(bytes[at + 1]);
    }

    private static void requireWidth(int width) {
        if (width < 1 || width > LogPath.WIDTH) {
            throw new IllegalArgumentException("a tile or bundle holds 1 to " + LogPath.WIDTH);
        }
    }
}
