package dev.writ.gateway.startup;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command finds its data. */
final class Installation {

    @Option(
            names = "--home",
            paramLabel = "FOLDER",
            description = "Folder of this installation. Default: $WRIT_HOME, or ~/.writ")
    @Nullable
    Path home;

    Home home() {
        Path folder = Optional.ofNullable(home)
                .or(() -> Optional.ofNullable(System.getenv("WRIT_HOME")).map(Path::of))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".writ"));
        return Home.open(folder);
    }

    static Optional<String> databaseUrl() {
        return Optional.ofNullable(System.getenv("WRIT_DATABASE_URL")).filter(url -> !url.isBlank());
    }
}
