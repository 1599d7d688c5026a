package dev.writ.gateway.authzen;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Cases of the OpenID AuthZEN working group, read from beside the repository; never a part of it. */
record AuthzenCases(Path folder) {

    private static final String FOLDER = "shared/cases/authzen";

    /** Skips the test if they are not there. */
    static AuthzenCases find() {
        Optional<Path> folder = Stream.iterate(Path.of("").toAbsolutePath(), dir -> dir != null, Path::getParent)
                .map(dir -> dir.resolve(FOLDER))
                .filter(Files::exists)
                .findFirst();
        assumeThat(folder)
                .as("public cases: no folder above this module has " + FOLDER)
                .isPresent();
        return new AuthzenCases(folder.orElseThrow());
    }

    String text(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    List<JsonObject> lines(String file) {
        return text(file)
                .lines()
                .filter(line -> !line.isBlank())
                .map(JsonValue::parse)
                .map(JsonObject.class::cast)
                .toList();
    }
}
