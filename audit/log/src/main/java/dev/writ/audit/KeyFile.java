package dev.writ.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A file that holds one secret text, for its owner's eyes only. It is made once, and survives a power failure once it was made.
 */
public final class KeyFile {

    private static final int MAX_BYTES = 64 * 1024;
    private static final Set<PosixFilePermission> OWNER_READS_AND_WRITES =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(OWNER_READS_AND_WRITES);

    private static final Set<OpenOption> CREATE_OR_OPEN = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);

    // A file lock keeps other processes out, but not the threads of this one.
    private static final ReentrantLock THIS_PROCESS = new ReentrantLock();

    private final Path path;

    private KeyFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** The file with that path; nothing is read yet. Its directory must exist. */
    public static KeyFile at(Path path) {
        return new KeyFile(path);
    }

    /**
     * The secret, if the file exists.
     *
     * @throws KeyFileException if others than its owner may do anything with the file, or it cannot be read
     */
    public Optional<String> read() {
        try {
            return Files.exists(path) ? Optional.of(content()) : Optional.empty();
        } catch (IOException unreadable) {
            throw new KeyFileException("key file " + path + " cannot be read", unreadable);
        }
    }

    /**
     * The secret, which is made and written first if the file does not exist. Of many processes that call this at once, one
     * makes the secret and all return it; it is on disk before any does.
     *
     * @param secret one line of text
     * @throws KeyFileException as {@link #read} does, or if the file cannot be written
     */
    public String readOrCreate(Supplier<String> secret) {
        THIS_PROCESS.lock();
        try (FileChannel lock = FileChannel.open(beside(".lock"), CREATE_OR_OPEN, PRIVATE)) {
            lock.lock(); // until it is closed
            if (!Files.exists(path)) {
                create(secret.get());
            }
            return content();
        } catch (IOException unwritable) {
            throw new KeyFileException("key file " + path + " cannot be written", unwritable);
        } finally {
            THIS_PROCESS.unlock();
        }
    }

    private String content() throws IOException {
        if (!OWNER_READS_AND_WRITES.containsAll(permissions())) {
            throw new KeyFileException(
                    "key file " + path + " is open to others than its owner: chmod 600 it, and replace"
                            + " the key if they may have read it");
        }
        if (Files.size(path) > MAX_BYTES) {
            throw new KeyFileException("key file " + path + " is too long to hold a key");
        }
        String secret = Files.readString(path).strip();
        if (secret.isEmpty()) {
            throw new KeyFileException("key file " + path + " is empty");
        }
        return secret;
    }

    private Set<PosixFilePermission> permissions() throws IOException {
        try {
            return Files.getPosixFilePermissions(path);
        } catch (UnsupportedOperationException notPosix) {
            throw new KeyFileException(
                    "key file " + path + " is on a file system that cannot tell who may read it", notPosix);
        }
    }

    /** Whole or not at all: written beside, forced to disk, renamed, and the renaming forced to disk. */
    private void create(String secret) throws IOException {
        Path written = beside(".new");
        Files.deleteIfExists(written);
        try (FileChannel file =
                FileChannel.open(written, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(secret + "\n");
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(path.resolveSibling(""), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private Path beside(String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    @Override
    public String toString() {
        return "KeyFile[" + path + "]";
    }
}
