package dev.writ.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A witness's memory in a folder: a file for each log, {@code <SHA-256 of the origin>.checkpoint}, which is the newest cosigned
 * checkpoint. One process at a time has the folder.
 */
public final class WitnessFolder implements WitnessStore, AutoCloseable {

    private static final long MAX_BYTES = 1 << 20;

    private final Path folder;
    private final CosignerKey key;
    private final FileChannel lock;
    private final Map<String, Object> turns = new ConcurrentHashMap<>();

    private WitnessFolder(Path folder, CosignerKey key, FileChannel lock) {
        this.folder = folder;
        this.key = key;
        this.lock = lock;
    }

    /**
     * Takes the folder, which exists, until it is closed.
     *
     * @param key of the witness, whose cosignature each file must have
     * @throws UncheckedIOException if another process has it, or it cannot be used
     */
    public static WitnessFolder open(Path folder, CosignerKey key) {
        try {
            FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isTaken(lock)) {
                lock.close();
                throw new UncheckedIOException(
                        "another witness runs on " + folder + "; stop it first, a witness has one memory",
                        new IOException("the folder is locked"));
            }
            return new WitnessFolder(folder, key, lock);
        } catch (IOException unusable) {
            throw new UncheckedIOException("the folder " + folder + " cannot be used", unusable);
        }
    }

    private static boolean isTaken(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException byThisProcess) {
            return false;
        }
    }

    /** The lower-case hexadecimal SHA-256 of an origin, by which it is asked for. */
    public static String name(String origin) {
        return HexFormat.of().formatHex(Sha256.digest().digest(origin.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public WitnessAnswer decide(String origin, Function<Optional<Cosigned>, Step> decision) {
        synchronized (turn(origin)) {
            Step step = decision.apply(latest(origin));
            step.remember().ifPresent(cosigned -> write(origin, cosigned.note()));
            return step.answer();
        }
    }

    /** Origins are those of known logs only, so there are few. */
    private Object turn(String origin) {
        return turns.computeIfAbsent(origin, first -> new Object());
    }

    @Override
    public Optional<Cosigned> latest(String origin) {
        Path file = file(origin);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > MAX_BYTES) {
                throw damaged(file, new VerificationException("it is too long"));
            }
            return Optional.of(read(file, origin));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the file " + file + " cannot be read", unreadable);
        }
    }

    private Cosigned read(Path file, String origin) throws IOException {
        String text = Files.readString(file);
        try {
            Note note = Note.parse(text);
            CheckpointText head = CheckpointText.parseExtended(note.text());
            if (key.cosignature(note).isEmpty() || !head.origin().equals(origin)) {
                throw new VerificationException("it is not a checkpoint of that log that this witness has cosigned");
            }
            return new Cosigned(head.size(), head.root(), text);
        } catch (VerificationException wrong) {
            throw damaged(file, wrong);
        }
    }

    private static UncheckedIOException damaged(Path file, VerificationException how) {
        // Starting anew from nothing would be forgetting, which is what a witness must not do.
        return new UncheckedIOException(
                "the file " + file + " is damaged: " + how.getMessage() + "; restore it from a copy",
                new IOException(how));
    }

    /** Whole or not at all: written beside, forced to disk, renamed, and the renaming forced to disk. */
    private void write(String origin, String note) {
        Path file = file(origin);
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel out = FileChannel.open(
                    written,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(note);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("the file " + file + " cannot be written", failed);
        }
    }

    private Path file(String origin) {
        return folder.resolve(name(origin) + ".checkpoint");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("the lock of " + folder + " cannot be given back", failed);
        }
    }
}
