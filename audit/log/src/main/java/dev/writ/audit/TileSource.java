package dev.writ.audit;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A log in its public form, wherever it is kept: {@code checkpoint} and, below it, what a {@link LogPath} names. Nothing it says
 * is trusted before it was verified. Safe to share between threads.
 *
 * @see <a href="https://c2sp.org/tlog-tiles">C2SP tlog-tiles</a>
 */
public interface TileSource {

    /** Where the newest checkpoint is. */
    String CHECKPOINT = "checkpoint";

    /**
     * The bytes at a path below the log's prefix, at most 16 MiB and a little more; empty if there is nothing. Blocks.
     *
     * @throws UnreadableLogException if it is not known whether there is something
     */
    Optional<byte[]> read(String path);

    /** How many reads at once do it good. */
    default int parallelism() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * The newest checkpoint, as it is: whether the log's key signed it is not looked at.
     *
     * @throws VerificationException if there is something else
     * @throws UnreadableLogException if there is nothing
     */
    default Checkpoint checkpoint() {
        byte[] note = read(CHECKPOINT)
                .orElseThrow(() -> new UnreadableLogException("there is no log at " + this
                        + ": name the folder or URL that has the file '" + CHECKPOINT + "'"));
        return Checkpoint.parse(new String(note, StandardCharsets.UTF_8));
    }

    /** A log that was exported to a folder. */
    static TileSource folder(Path folder) {
        return new FolderTileSource(folder);
    }

    /**
     * A log that is served by HTTP.
     *
     * @param prefix such as {@code https://example.com/log}
     * @param token a bearer token, if one is asked for
     * @throws IllegalArgumentException if it is not an HTTP URL, or would send the token in the clear to another machine
     */
    static TileSource http(URI prefix, Optional<String> token) {
        return HttpTileSource.of(prefix, token);
    }
}
