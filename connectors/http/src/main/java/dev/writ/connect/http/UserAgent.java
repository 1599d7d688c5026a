package dev.writ.connect.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** How the gateway names itself: {@code writ/<version>} (RFC 9110 10.1.5). */
final class UserAgent {

    static final String VALUE = "writ/" + version();

    private UserAgent() {}

    private static String version() {
        try (InputStream text = Objects.requireNonNull(UserAgent.class.getResourceAsStream("version.txt"))) {
            return new String(text.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
