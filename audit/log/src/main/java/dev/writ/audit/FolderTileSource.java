package dev.writ.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A log whose paths are those of files. */
final class FolderTileSource implements TileSource {

    private final Path folder;

    FolderTileSource(Path folder) {
        this.folder = folder;
    }

    @Override
    public Optional<byte[]> read(String path) {
        Path file = folder.resolve(path);
        try (InputStream in = Files.newInputStream(file)) {
            // One read of so much, rather than of as much as fits a buffer.
            byte[] bytes = new byte[(int) Math.min(Files.size(file), TileBytes.MAX_BYTES)];
            int length = in.readNBytes(bytes, 0, bytes.length);
            if (in.read() >= 0) {
                throw new UnreadableLogException(
                        file + " is longer than it should be; is this the folder of a log, and nobody writes to it?");
            }
            return Optional.of(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
        } catch (NoSuchFileException nothing) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new UnreadableLogException(
                    file + " cannot be read (" + unreadable.getClass().getSimpleName() + "); check who may",
                    unreadable);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
