package dev.writ.gateway.startup;

import dev.writ.audit.MasterKey;
import dev.writ.audit.UnreadableLogException;
import dev.writ.audit.postgres.PostgresAuditReader;
import dev.writ.gateway.export.Effect;
import dev.writ.gateway.export.Effects;
import dev.writ.gateway.export.PermitsOfTime;
import dev.writ.gateway.export.PermittedCall;
import dev.writ.gateway.export.Reconciliation;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code writ audit reconcile}. */
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = AuditCommand.UNREADABLE,
        description = {
            "Compares what a system of record says has happened with what the log permitted.",
            "Exit code 0 if they agree, 1 if not, 3 if the log or the file could not be read."
        })
final class AuditReconcileCommand implements Callable<Integer> {

    @Mixin
    Installation installation = new Installation();

    @Option(
            names = "--effects",
            required = true,
            paramLabel = "FILE",
            description = "What has happened: .csv with a header, or one JSON object a line.")
    Path effects = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "NAME=COLUMN",
            description = {
                "call=COLUMN has the call id that the connector sent (Writ-Call-Id or Idempotency-Key),",
                "upstreamId=COLUMN the system's own id. Default: columns call and upstreamId"
            })
    Map<String, String> keys = new LinkedHashMap<>();

    @ArgGroup(exclusive = true, multiplicity = "1")
    Scope scope = new Scope();

    @Option(names = "--from", required = true, paramLabel = "TIME", description = "Such as 2026-05-01T00:00:00Z.")
    String from = "";

    @Option(names = "--to", required = true, paramLabel = "TIME", description = "End of the time, exclusive.")
    String to = "";

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    /** Which calls can have had those effects. */
    static final class Scope {
        @Option(names = "--tool", required = true, description = "The tool that has such effects.")
        @Nullable
        String tool;

        @Option(names = "--connector", required = true, description = "All tools of this connector.")
        @Nullable
        String connector;

        Predicate<String> tools() {
            return name -> name.equals(tool) || (connector != null && name.startsWith(connector + "."));
        }
    }

    @Override
    public Integer call() {
        List<Effect> reported = Effects.read(effects, Effects.Columns.of(keys));
        Instant since = AuditProveNoneCommand.time("--from", from);
        Instant until = AuditProveNoneCommand.time("--to", to);
        try (ReadableLog log = ReadableLog.open(installation)) {
            Reconciliation result = reconcile(log, reported, since, until);
            say(result, System.out);
            return result.isClean() ? CommandLine.ExitCode.OK : AuditCommand.BROKEN;
        }
    }

    private Reconciliation reconcile(ReadableLog log, List<Effect> reported, Instant since, Instant until) {
        MasterKey masterKey = installation
                .existingHome()
                .flatMap(Home::existingMasterKey)
                .orElseThrow(() -> new UnreadableLogException("there is no master key in " + installation.folder()
                        + ", and without it no upstream id can be read; name the folder with WRIT_HOME or --home"));
        Vertx vertx = Vertx.vertx();
        try (PostgresAuditReader reader =
                PostgresAuditReader.open(vertx, log.database().reader(), log.keys(), masterKey)) {
            PermitsOfTime permits = new PermitsOfTime(reader, scope.tools());
            List<PermittedCall> expected = permits.decided(since, until).await().indefinitely();
            Set<String> known = expected.stream().map(PermittedCall::call).collect(Collectors.toSet());
            // An effect may be of a call that was decided shortly before or after that time.
            PermitsOfTime.Told others = permits.ofCalls(reported.stream()
                            .flatMap(effect -> effect.call().stream())
                            .filter(call -> !known.contains(call))
                            .toList())
                    .await()
                    .indefinitely();
            return Reconciliation.of(expected, others, reported);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void say(Reconciliation result, PrintStream out) {
        if (json) {
            out.println(result.toJson().toJson());
            return;
        }
        result.differences().forEach(difference -> out.println(difference.text()));
        out.printf(
                "%d permits and %d effects: %s.%n",
                result.permits(),
                result.effects(),
                result.isClean() ? "they agree" : result.differences().size() + " differences");
    }
}
