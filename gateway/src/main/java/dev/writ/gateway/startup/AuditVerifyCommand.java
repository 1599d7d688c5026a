package dev.writ.gateway.startup;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.StaticLogVerifier;
import dev.writ.audit.UnreadableLogException;
import dev.writ.audit.VerificationException;
import dev.writ.audit.VerifyResult;
import dev.writ.audit.postgres.CosignatureCheck;
import dev.writ.audit.postgres.PostgresTileSource;
import dev.writ.audit.postgres.PostgresVerifier;
import dev.writ.model.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code writ audit verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = AuditCommand.UNREADABLE,
        description = {
            "Re-computes the whole log: from an export, from the URL of a log, or from the",
            "database of this installation.",
            "Exit code 0 if it is intact, 1 if not, 3 if it could not be read."
        })
final class AuditVerifyCommand implements Callable<Integer> {

    @Mixin
    Installation installation = new Installation();

    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER|URL",
            description = "Where the log is in its public form. Default: the database of this installation")
    @Nullable
    String log;

    @Option(
            names = "--vkey",
            paramLabel = "KEY",
            converter = VerifierKeyOption.class,
            description = {
                "Verifier key of the log; that of its newest checkpoint first, then those before it,",
                "once each. Default: those of this installation"
            })
    List<LogVerifierKey> vkeys = new ArrayList<>();

    @Option(
            names = "--since",
            paramLabel = "FILE",
            description = "An earlier checkpoint of the log: it must begin with exactly what that one covers.")
    @Nullable
    Path since;

    @Option(
            names = "--from",
            paramLabel = "INDEX",
            description = "Entries below that index need not be there, as this is a part of a log; their hashes must.")
    long from;

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the key of an auditor, for a URL.")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "A c2sp.org/tlog-policy: the cosignatures of its witnesses that the database keeps are verified.")
    @Nullable
    Path policy;

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        try {
            LogKeys keys = VerifierKeyOption.all(vkeys, command())
                    .or(installation::logKeys)
                    .orElseThrow(this::keyless);
            LogVerifierKey key = keys.all().get(0);
            if (from < 0) {
                throw usage("--from is an index, not negative");
            }
            Optional<Checkpoint> earlier = Optional.ofNullable(since).map(file -> earlier(file, keys));
            Report report = new Report(System.out, json);
            return report.of(log == null ? ofDatabase(key, earlier) : ofPublicForm(log, key, earlier))
                    ? CommandLine.ExitCode.OK
                    : AuditCommand.BROKEN;
        } catch (CommandLine.ParameterException usage) {
            throw usage;
        } catch (RuntimeException unreadable) {
            if (json) {
                System.out.println(JsonObject.builder()
                        .put("result", "unreadable")
                        .put("what", String.valueOf(unreadable.getMessage()))
                        .build()
                        .toJson());
            }
            throw unreadable;
        }
    }

    /** Verifies the database of that home, says what was found, and whether it is intact. */
    static boolean verify(Home home, Optional<String> databaseUrl, PrintStream out) {
        LogKeys keys = home.existingSigner()
                .map(LogSigner::keys)
                .orElseThrow(() -> new UnreadableLogException("there is no log in " + home.folder()));
        try (ExistingDatabase database = ExistingDatabase.open(home, databaseUrl)) {
            return new Report(out, false)
                    .of(PostgresVerifier.verify(database.reader(), keys, home.existingMasterKey()));
        }
    }

    private VerifyResult ofDatabase(LogVerifierKey key, Optional<Checkpoint> earlier) {
        if (from > 0 || tokenFile != null) {
            throw usage("--from and --token-file are for a FOLDER or URL");
        }
        try (ExistingDatabase database = ExistingDatabase.open(installation)) {
            VerifyResult result = PostgresVerifier.verify(
                    database.reader(),
                    trusted(key),
                    installation.existingHome().flatMap(Home::existingMasterKey),
                    Optional.ofNullable(policy)
                            .map(PolicyFile::read)
                            .map(CosignatureCheck::of)
                            .orElse(CosignatureCheck.NONE),
                    (done, size) -> {});
            return result.fold(
                    intact -> earlier.flatMap(before -> rewritten(database, intact, before))
                            .<VerifyResult>map(broken -> broken)
                            .orElse(intact),
                    broken -> broken);
        }
    }

    /** The key that was given, or all that this installation signs with: the newest checkpoint may be by any of them. */
    private LogKeys trusted(LogVerifierKey key) {
        return Optional.of(vkeys)
                .filter(List::isEmpty)
                .flatMap(none -> installation.existingHome())
                .flatMap(Home::existingSigner)
                .map(LogSigner::keys)
                .orElseGet(() -> LogKeys.of(key));
    }

    /** Every checkpoint that was signed is in the database; so the earlier one is among them, or is of another log. */
    private static Optional<VerifyResult.Broken> rewritten(
            ExistingDatabase database, VerifyResult.Intact intact, Checkpoint earlier) {
        if (earlier.size() > intact.size()) {
            return Optional.of(new VerifyResult.Broken(
                    intact.size(), "the log had " + earlier.size() + " entries, and has only " + intact.size()));
        }
        try (PostgresTileSource tiles = PostgresTileSource.open(database.reader())) {
            boolean isThere = tiles.checkpoint(earlier.size())
                    .filter(kept -> kept.root().equals(earlier.root()))
                    .isPresent();
            return isThere
                    ? Optional.empty()
                    : Optional.of(new VerifyResult.Broken(
                            0,
                            "the log does not begin with the " + earlier.size()
                                    + " entries that it had; it was rewritten"));
        }
    }

    private VerifyResult ofPublicForm(String where, LogVerifierKey key, Optional<Checkpoint> earlier) {
        if (policy != null) {
            throw usage("--policy is for the database");
        }
        try (Progress progress = Progress.onTerminal("verifying", 0)) {
            StaticLogVerifier.Options options = new StaticLogVerifier.Options(earlier, from, (entries, size) -> {
                progress.of(size);
                progress.at(entries);
            });
            return StaticLogVerifier.verify(LogLocation.of(where, Optional.ofNullable(tokenFile)), key, options);
        }
    }

    private static Checkpoint earlier(Path file, LogKeys keys) {
        try {
            return keys.verify(Files.readString(file));
        } catch (IOException unreadable) {
            throw new UnreadableLogException(
                    "the file " + file + " cannot be read; --since names one with a checkpoint", unreadable);
        } catch (VerificationException notOne) {
            throw new UnreadableLogException(
                    "the file " + file + " does not hold a checkpoint of this log: " + notOne.getMessage()
                            + "; if an earlier key of the log signed it, give that with --vkey too, after the present one",
                    notOne);
        }
    }

    private CommandLine.ParameterException keyless() {
        return usage("give the log's verifier key with --vkey; there is no signing key in " + installation.folder()
                + " ('writ audit key' prints it where the log is written)");
    }

    private CommandLine.ParameterException usage(String what) {
        return new CommandLine.ParameterException(command(), what);
    }

    private CommandLine command() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec.commandLine();
    }

    /** Says what was found. */
    private static final class Report {
        private final PrintStream out;
        private final boolean json;
        private final long start = System.nanoTime();

        private Report(PrintStream out, boolean json) {
            this.out = out;
            this.json = json;
        }

        /** Whether it is intact. */
        private boolean of(VerifyResult result) {
            long millis = (System.nanoTime() - start) / 1_000_000;
            return result.fold(intact -> say(intact, millis), broken -> say(broken, millis));
        }

        private boolean say(VerifyResult.Intact intact, long millis) {
            if (json) {
                out.println(JsonObject.builder()
                        .put("result", "intact")
                        .put("origin", intact.checkpoint().origin())
                        .put("size", intact.size())
                        .put("root", intact.checkpoint().root().value())
                        .put("from", intact.from())
                        .put("millis", millis)
                        .build()
                        .toJson());
                return true;
            }
            out.printf(
                    "The log is intact: %d entries, root %s, %d ms.%n",
                    intact.size(), intact.checkpoint().root(), millis);
            if (intact.from() > 0) {
                out.printf(
                        "Every leaf from index %d on was checked. Below, leaves are missing, and their hashes are proved.%n",
                        intact.from());
            }
            return true;
        }

        private boolean say(VerifyResult.Broken broken, long millis) {
            if (json) {
                out.println(JsonObject.builder()
                        .put("result", "broken")
                        .put("index", broken.index())
                        .put("what", broken.what())
                        .put("millis", millis)
                        .build()
                        .toJson());
                return false;
            }
            out.printf("The log is %s.%n", broken.sentence());
            return false;
        }
    }
}
