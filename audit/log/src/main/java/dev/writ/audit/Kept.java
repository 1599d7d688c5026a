package dev.writ.audit;

import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * The entries that a {@code PRUNE} leaves below its bound, as it says itself: so that no other can be missing.
 *
 * @param count how many
 * @param digest SHA-256 of index (8 bytes, big-endian) and leaf hash (32 bytes) of each, in the order of the log
 */
public record Kept(long count, Digest digest) {

    private static final String KEPT = "kept";
    private static final String COUNT = "count";
    private static final String DIGEST = "digest";

    public Kept {
        if (count < 0) {
            throw new IllegalArgumentException("no fewer entries are kept than none");
        }
    }

    /** What the entry says, if it does, in the form that it must have. */
    public static Optional<Kept> of(Entry entry) {
        Optional<JsonObject> kept = entry.body().object(KEPT);
        Optional<Long> count = kept.flatMap(object -> object.number(COUNT))
                .filter(number -> number.signum() >= 0 && number.scale() <= 0 && number.precision() < 19)
                .map(BigDecimal::longValue);
        Optional<Digest> digest = kept.flatMap(object -> object.text(DIGEST))
                .filter(Digest::isWellFormed)
                .map(Digest::new);
        return count.flatMap(known -> digest.map(of -> new Kept(known, of)));
    }

    /** Says so in the body of an entry. */
    public JsonObject.Builder in(JsonObject.Builder body) {
        return body.put(
                KEPT,
                JsonObject.builder()
                        .put(COUNT, count)
                        .put(DIGEST, digest.value())
                        .build());
    }

    /** Adds entries up, in the order of the log. */
    public static final class Sum {
        private final MessageDigest digest = sha256();
        private long count;

        /** The next entry that is kept. */
        public void add(long index, byte[] leafHash) {
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(index).array());
            digest.update(MerkleHash.requireHash(leafHash));
            count++;
        }

        /** All of them. May be asked once. */
        public Kept end() {
            return new Kept(count, Digest.fromBytes(digest.digest()));
        }

        // Not that of the thread, which others use in between.
        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException everyJdkHasIt) {
                throw new IllegalStateException(everyJdkHasIt);
            }
        }
    }
}
