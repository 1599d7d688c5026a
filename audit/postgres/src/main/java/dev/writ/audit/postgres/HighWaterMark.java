package dev.writ.audit.postgres;

import dev.writ.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The largest tree head this replica has known to be durable, in a file beside the database, so that a database that was set
 * back is noticed. One file per replica. It is written without waiting for the disk: after a power loss it may be lower than it
 * was, never wrong.
 */
final class HighWaterMark implements AutoCloseable {

    private static final Pattern FORM = Pattern.compile("(\\d{19}) (sha256:[0-9a-f]{64})\n");

    /** A tree head. */
    record Mark(long size, Digest root) {}

    private final FileChannel file;
    private long size;

    private HighWaterMark(FileChannel file, long size) {
        this.file = file;
        this.size = size;
    }

    /** Opens the file, or makes it. */
    static HighWaterMark open(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Folders.createMissing(parent);
        }
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        HighWaterMark mark = new HighWaterMark(file, 0);
        mark.size = mark.read().map(Mark::size).orElse(0L);
        return mark;
    }

    /** What the file says; empty if nothing was written yet. */
    Optional<Mark> read() throws IOException {
        if (file.size() == 0) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), 1024));
        file.read(bytes, 0);
        Matcher matcher = FORM.matcher(new String(bytes.array(), StandardCharsets.US_ASCII));
        if (!matcher.matches()) {
            throw new DatabaseException("the high-water mark of the log is damaged; compare the log with a copy of its"
                    + " checkpoints kept elsewhere before deleting the file");
        }
        return Optional.of(new Mark(Long.parseLong(matcher.group(1)), new Digest(matcher.group(2))));
    }

    /** Raises it; a lower size than it has changes nothing, nor does anything once it is closed. */
    void raise(long newSize, Digest root) throws IOException {
        // A replica that closes may still learn of a commit: the mark is lower than it could be then, never wrong.
        if (newSize > size && file.isOpen()) {
            byte[] line = String.format("%019d %s\n", newSize, root.value()).getBytes(StandardCharsets.US_ASCII);
            // One write of constant length: a reader sees the old line or the new one.
            file.write(ByteBuffer.wrap(line), 0);
            size = newSize;
        }
    }

    @Override
    public void close() throws IOException {
        file.force(true);
        file.close();
    }
}
