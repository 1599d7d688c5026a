package dev.writ.gateway.startup;

import dev.writ.audit.LogKeys;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogVerifierKey;
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
        return Home.open(folder());
    }

    /** The folder if it is there, for commands that make nothing. */
    Optional<Home> existingHome() {
        return Home.existing(folder());
    }

    /** The log's verifier key, as far as this installation knows: only one that signs can. */
    Optional<LogVerifierKey> verifierKey() {
        return existingHome().flatMap(Home::existingSigner).map(LogSigner::verifierKey);
    }

    /** The keys that sign the log, and those that did, as far as this installation knows. */
    Optional<LogKeys> logKeys() {
        return existingHome()
                .filter(known -> known.existingSigner().isPresent())
                .map(Home::logKeys);
    }

    Path folder() {
        return Optional.ofNullable(home)
                .or(() -> Optional.ofNullable(System.getenv("WRIT_HOME")).map(Path::of))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".writ"));
    }

    static Optional<String> databaseUrl() {
        return Optional.ofNullable(System.getenv("WRIT_DATABASE_URL")).filter(url -> !url.isBlank());
    }
}
