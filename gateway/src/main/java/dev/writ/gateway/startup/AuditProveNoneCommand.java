package dev.writ.gateway.startup;

import dev.writ.audit.Column;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.VerificationException;
import dev.writ.gateway.export.Export;
import dev.writ.gateway.export.ExportFolder;
import dev.writ.gateway.export.LogSource;
import dev.writ.gateway.export.NoneCheck;
import dev.writ.gateway.export.NoneClaim;
import dev.writ.gateway.export.NoneFinding;
import dev.writ.gateway.export.NoneProof;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code writ audit prove-none}. */
@Command(
        name = "prove-none",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = AuditCommand.UNREADABLE,
        description = {
            "Proves that something did not happen in a time, or checks such a proof offline.",
            "Exit code 0 if it is proved, 1 if it is not, 3 if the log could not be read."
        })
final class AuditProveNoneCommand implements Callable<Integer> {

    @Mixin
    Installation installation = new Installation();

    @ArgGroup(exclusive = true, multiplicity = "1")
    Mode mode = new Mode();

    @Option(
            names = "--vkey",
            paramLabel = "KEY",
            converter = VerifierKeyOption.class,
            description = "With --check: the log's verifier key.")
    @Nullable
    LogVerifierKey vkey;

    @Option(names = "--agent", description = "Who did not do it.")
    @Nullable
    String agent;

    @Option(names = "--tool", description = "The tool that was not called.")
    @Nullable
    String tool;

    @Option(names = "--kind", split = ",", description = "Kinds of entries, such as DECIDED,EXECUTED.")
    Set<String> kinds = new TreeSet<>();

    @Option(names = "--verdict", description = "allow, deny or escalate")
    @Nullable
    String verdict;

    @Option(names = "--rule", description = "A rule.")
    @Nullable
    String rule;

    @Option(names = "--session", description = "A session.")
    @Nullable
    String session;

    @Option(names = "--subject", description = "Pseudonym of a person, as entries have it.")
    @Nullable
    String subject;

    @Option(names = "--bundle", description = "Digest of a bundle.")
    @Nullable
    String bundle;

    @Option(names = "--from", paramLabel = "TIME", description = "Such as 2026-05-01T00:00:00Z.")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "TIME", description = "End of the time, exclusive.")
    @Nullable
    String to;

    @Option(
            names = "--margin",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = {
                "By how much the clocks of the gateways may have differed; the range is widened by it",
                "at both ends. Default: ${DEFAULT-VALUE}"
            })
    long margin;

    /** Writes a proof or checks one. */
    static final class Mode {
        @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "Where to write the proof to.")
        @Nullable
        Path out;

        @Option(names = "--check", paramLabel = "FOLDER", required = true, description = "Check this proof, offline.")
        @Nullable
        Path check;
    }

    @Override
    public Integer call() {
        Path check = mode.check;
        if (check != null) {
            return check(
                    check,
                    Optional.ofNullable(vkey)
                            .map(LogKeys::of)
                            .orElseThrow(
                                    () -> new IllegalArgumentException(
                                            "--check needs --vkey, the log's verifier key, from whoever you trust to know it")));
        }
        Path out = Optional.ofNullable(mode.out).orElseThrow();
        NoneClaim wanted = new NoneClaim(
                columns(), kinds, time("--from", from), time("--to", to), Duration.ofSeconds(margin), 0, 0);
        try {
            return check(out, write(wanted, out));
        } catch (VerificationException broken) {
            System.out.println("BROKEN: " + broken.getMessage() + ".");
            return AuditCommand.BROKEN;
        }
    }

    private LogKeys write(NoneClaim wanted, Path out) {
        try (ReadableLog log = ReadableLog.open(installation);
                LogSource source = log.source();
                Progress progress = Progress.onTerminal("exporting", 0)) {
            new NoneProof(source, log.keys(), ExportFolder.at(out)).write(wanted, listener(progress));
            return log.keys();
        }
    }

    private static int check(Path folder, LogKeys key) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("there is no folder " + folder);
        }
        try (Progress progress = Progress.onTerminal("checking", 0)) {
            return say(NoneCheck.check(ExportFolder.at(folder), key, listener(progress)), System.out);
        }
    }

    private static Export.Listener listener(Progress progress) {
        return (done, total) -> {
            progress.of(total);
            progress.at(done);
        };
    }

    static int say(NoneFinding finding, PrintStream out) {
        return finding.fold(
                proved -> {
                    NoneClaim claim = proved.claim();
                    out.printf("Proved: no entry with %s.%n", claim.text());
                    out.printf(
                            "Looked at %d entries, [%d, %d) of a log of %d; nothing in that range is missing.%n",
                            proved.looked(), claim.first(), claim.end(), proved.size());
                    out.printf(
                            "The range is widened by %d s at both ends. It is all of that time if the gateways' clocks differed by"
                                    + " no more; the log cannot tell.%n",
                            claim.margin().toSeconds());
                    if (!proved.near().isEmpty()) {
                        out.printf("Like it, but before or after that time: entries %s.%n", proved.near());
                    }
                    return 0;
                },
                refuted -> {
                    out.printf(
                            "REFUTED: there are entries with %s: %s%n",
                            refuted.claim().text(), refuted.indices());
                    out.printf("Looked at %d entries.%n", refuted.looked());
                    return 1;
                },
                notProved -> {
                    out.printf("NOT PROVED: %s.%n", notProved.why());
                    return 1;
                });
    }

    private Map<Column, String> columns() {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        put(columns, Column.AGENT, agent);
        put(columns, Column.TOOL, tool);
        put(columns, Column.VERDICT, verdict);
        put(columns, Column.RULE, rule);
        put(columns, Column.SESSION, session);
        put(columns, Column.SUBJECT, subject);
        put(columns, Column.BUNDLE, bundle);
        return columns;
    }

    private static void put(Map<Column, String> columns, Column column, @Nullable String value) {
        Optional.ofNullable(value).ifPresent(present -> columns.put(column, present));
    }

    static Instant time(String option, @Nullable String text) {
        try {
            return Instant.parse(Optional.ofNullable(text).orElse(""));
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException(option + " is a time such as 2026-05-01T00:00:00Z", malformed);
        }
    }
}
