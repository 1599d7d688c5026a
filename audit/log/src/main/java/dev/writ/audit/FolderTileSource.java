package dev.writ.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
            byte[] bytes = in.readNBytes(TileBytes.MAX_BYTES + 1);
            if (bytes.length > TileBytes.MAX_BYTES) {
                throw new UnreadableLogException(file + " is longer than anything of a log; is this its folder?");
            }
            return Optional.of(bytes);
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
