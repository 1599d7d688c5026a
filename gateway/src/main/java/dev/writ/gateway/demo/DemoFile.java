package dev.writ.gateway.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The files that the demo brings along on the class path. */
final class DemoFile {

    private DemoFile() {}

    /** @param path from the root of the class path, in UTF-8 */
    static String text(String path) {
        try (InputStream file = DemoFile.class.getResourceAsStream('/' + path)) {
            if (file == null) {
                throw new IllegalStateException("the demo lacks its file " + path);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
