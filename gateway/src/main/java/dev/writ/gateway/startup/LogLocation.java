package dev.writ.gateway.startup;

import dev.writ.audit.KeyFile;
import dev.writ.audit.TileSource;
import dev.writ.audit.UnreadableLogException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a log is in its public form: a folder or a URL, as somebody typed it. */
final class LogLocation {

    private LogLocation() {}

    /**
     * What is there.
     *
     * @param tokenFile holds the bearer token to send
     * @throws UnreadableLogException if it is neither a folder nor a URL of a log, or the token cannot be read
     */
    static TileSource of(String folderOrUrl, Optional<Path> tokenFile) {
        if (folderOrUrl.matches("(?i)https?://.*")) {
            return url(folderOrUrl, tokenFile.map(LogLocation::token));
        }
        Path folder = Path.of(folderOrUrl);
        if (!Files.isDirectory(folder)) {
            throw new UnreadableLogException(
                    "there is no folder " + folderOrUrl + "; name one with an exported log, or its URL");
        }
        return TileSource.folder(folder);
    }

    private static TileSource url(String url, Optional<String> token) {
        try {
            return TileSource.http(URI.create(url), token);
        } catch (IllegalArgumentException unfit) {
            throw new UnreadableLogException(url + " cannot be used: " + unfit.getMessage(), unfit);
        }
    }

    static String token(Path file) {
        return KeyFile.at(file)
                .read()
                .orElseThrow(() -> new UnreadableLogException(
                        "there is no file " + file + "; --token-file names one with the key of an auditor"));
    }
}
