package dev.writ.gateway.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** Files of a library for browsers, as its own archive on the class path has them. */
final class Webjar {

    private final String folder;

    /** @param artifact of the group {@code org.webjars.npm} */
    Webjar(String artifact) {
        Properties archive = new Properties();
        try (InputStream properties = resource("META-INF/maven/org.webjars.npm/" + artifact + "/pom.properties")) {
            archive.load(properties);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        this.folder = "META-INF/resources/webjars/" + artifact + "/" + archive.getProperty("version") + "/";
    }

    byte[] file(String path) {
        try (InputStream text = resource(folder + path)) {
            return text.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static InputStream resource(String name) {
        return Optional.ofNullable(
                        Thread.currentThread().getContextClassLoader().getResourceAsStream(name))
                .orElseThrow(() -> new IllegalStateException("there is no " + name));
    }
}
