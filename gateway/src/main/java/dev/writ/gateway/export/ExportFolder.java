package dev.writ.gateway.export;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Files that are there whole or not at all, whenever the process or the machine stops. */
public final class ExportFolder {

    private final Path folder;
    private final Set<Path> changed = new LinkedHashSet<>();

    private ExportFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder; it is made if it is not there. */
    public static ExportFolder at(Path path) {
        Path folder = path.toAbsolutePath().normalize();
        return guarded(folder, () -> {
            Files.createDirectories(folder);
            return new ExportFolder(folder);
        });
    }

    /** What writes a file's content. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    @FunctionalInterface
    private interface FileWork<T> {
        T run() throws IOException;
    }

    boolean has(String name) {
        return Files.isRegularFile(folder.resolve(name));
    }

    Optional<byte[]> read(String name) {
        Path file = folder.resolve(name);
        return has(name) ? Optional.of(guarded(file, () -> Files.readAllBytes(file))) : Optional.empty();
    }

    /** As {@link #write(String, Content)} does. */
    public void write(String name, byte[] content) {
        write(name, out -> out.write(content));
    }

    /** Writes beside the file, forces it to the disk, and only then gives it its name. */
    void write(String name, Content content) {
        Path file = folder.resolve(name);
        guarded(file, () -> {
            Path parent = file.resolveSibling(".");
            createFolders(file);
            Path part = file.resolveSibling("." + file.getFileName() + ".part");
            try (FileOutputStream out = new FileOutputStream(part.toFile())) {
                BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
                content.writeTo(buffered);
                buffered.flush();
                out.getFD().sync();
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            changed.add(parent.normalize());
            return file;
        });
    }

    private void createFolders(Path file) throws IOException {
        Path parent = file.resolveSibling(".").normalize();
        if (!Files.isDirectory(parent)) {
            Files.createDirectories(parent);
            for (Path made = parent;
                    made.startsWith(folder) && !made.equals(folder);
                    made = made.resolve("..").normalize()) {
                changed.add(made.resolve("..").normalize());
            }
        }
    }

    /** Makes the names of what was written as durable as the contents are. */
    public void flush() {
        for (Path directory : changed) {
            guarded(directory, () -> {
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                }
                return directory;
            });
        }
        changed.clear();
    }

    void delete(String name) {
        Path file = folder.resolve(name);
        guarded(file, () -> Files.deleteIfExists(file));
        changed.add(folder);
        flush();
    }

    private static <T> T guarded(Path path, FileWork<T> work) {
        try {
            return work.run();
        } catch (IOException unusable) {
            throw new UncheckedIOException(
                    path + " cannot be used: " + unusable.getClass().getSimpleName(), unusable);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
