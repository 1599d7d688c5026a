package dev.writ.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Notices an entry key that comes twice, among more keys than memory holds: what it keeps of a key, 16 bytes of a salted hash and
 * the index, goes to one of 256 files, each of which is small enough to be looked through. A small log needs no file.
 *
 * <p>The salt is drawn anew each time, so nobody can prepare two keys that look the same. Hashing is safe to share between
 * threads, the rest is not.
 */
final class KeySpill implements AutoCloseable {

    private static final int HASH = 2 * Long.BYTES;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int RECORD = HASH + Long.BYTES;
    private static final int BUCKETS = 256;
    private static final int BUFFERED = 2048 * RECORD;

    private final byte[] salt;
    private final List<ByteBuffer> buckets = new ArrayList<>(BUCKETS);
    private final List<Path> files = new ArrayList<>();

    KeySpill(SecureRandom random) {
        salt = new byte[MerkleHash.BYTES];
        random.nextBytes(salt);
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(ByteBuffer.allocate(BUFFERED));
        }
    }

    /** What is kept of a key: the beginning of its hash, and the entry that holds it. */
    record Held(long high, long low, long index) {}

    /** What is to be kept of the key whose UTF-8 is from there to there. */
    Held held(byte[] bytes, int from, int to, long index) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(salt);
        sha256.update(bytes, from, to - from);
        byte[] hash = sha256.digest();
        return new Held((long) LONGS.get(hash, 0), (long) LONGS.get(hash, Long.BYTES), index);
    }

    void add(Held key) {
        int bucket = (int) (key.high() >>> (Long.SIZE - Byte.SIZE));
        ByteBuffer buffer = buckets.get(bucket);
        buffer.putLong(key.high()).putLong(key.low()).putLong(key.index());
        if (!buffer.hasRemaining()) {
            spill(bucket, buffer);
        }
    }

    private void spill(int bucket, ByteBuffer buffer) {
        try {
            if (files.isEmpty()) {
                Path folder = Files.createTempDirectory("writ-verify-");
                for (int i = 0; i < BUCKETS; i++) {
                    files.add(folder.resolve(Integer.toString(i)));
                }
            }
            byte[] full = new byte[BUFFERED];
            buffer.flip().get(full);
            Files.write(files.get(bucket), full, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            buffer.clear();
        } catch (IOException noRoom) {
            throw new UnreadableLogException(
                    "entry keys cannot be kept while verifying; make room in the folder for temporary files, "
                            + System.getProperty("java.io.tmpdir"),
                    noRoom);
        }
    }

    /** The first entry that holds a key which an earlier one holds too. */
    OptionalLong firstRepeated() {
        return IntStream.range(0, BUCKETS)
                .parallel()
                .mapToLong(bucket -> firstRepeated(records(bucket)))
                .filter(first -> first != Long.MAX_VALUE)
                .min();
    }

    private ByteBuffer records(int bucket) {
        ByteBuffer rest = buckets.get(bucket).duplicate().flip();
        try {
            byte[] spilled = files.isEmpty() || !Files.exists(files.get(bucket))
                    ? new byte[0]
                    : Files.readAllBytes(files.get(bucket));
            return ByteBuffer.allocate(spilled.length + rest.remaining())
                    .put(spilled)
                    .put(rest)
                    .flip();
        } catch (IOException gone) {
            throw new UnreadableLogException("the temporary files of this verification are gone; try again", gone);
        }
    }

    /** Records come by index, so of two alike the later one is the repetition. */
    private static long firstRepeated(ByteBuffer records) {
        int count = records.remaining() / RECORD;
        int[] table = new int[Math.max(2, Integer.highestOneBit(Math.max(1, count)) * 4)]; // record number + 1, or 0
        for (int number = 0; number < count; number++) {
            long high = records.getLong(number * RECORD);
            long low = records.getLong(number * RECORD + Long.BYTES);
            int slot = (int) low & (table.length - 1);
            while (table[slot] != 0) {
                int other = (table[slot] - 1) * RECORD;
                if (records.getLong(other) == high && records.getLong(other + Long.BYTES) == low) {
                    return records.getLong(number * RECORD + HASH);
                }
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = number + 1;
        }
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        try {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            if (!files.isEmpty()) {
                Files.deleteIfExists(files.get(0).resolveSibling(""));
            }
        } catch (IOException left) {
            throw new UncheckedIOException(
                    "temporary files are left in " + files.get(0).getParent(), left);
        }
    }
}
