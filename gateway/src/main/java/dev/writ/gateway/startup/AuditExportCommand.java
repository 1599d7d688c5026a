package dev.writ.gateway.startup;

import dev.writ.audit.UnreadableLogException;
import dev.writ.audit.VerificationException;
import dev.writ.gateway.export.Export;
import dev.writ.gateway.export.ExportFolder;
import dev.writ.gateway.export.ExportFormat;
import dev.writ.gateway.export.ExportPlan;
import dev.writ.gateway.export.LogSource;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code writ audit export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = AuditCommand.UNREADABLE,
        description = {
            "Exports the log to a folder. Interrupted, and started again with the same options,",
            "it goes on where it stopped. Started again later, it adds what is new. Exit code 1 if the",
            "log is not what its checkpoint signs, 3 if it could not be read or the folder not be used."
        })
final class AuditExportCommand implements Callable<Integer> {

    @Mixin
    Installation installation = new Installation();

    @Parameters(paramLabel = "FOLDER", description = "Where to export to; it is made if it is not there.")
    Path folder = Path.of("");

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description =
                    "tiles (for 'writ audit verify' and any c2sp.org/tlog-tiles client), cloudevents, ocsf or csv")
    String format = "";

    @Option(names = "--from", paramLabel = "INDEX", description = "First index. Default: 0")
    @Nullable
    Long from;

    @Option(names = "--to", paramLabel = "INDEX", description = "End of the indices, exclusive. Default: all there are")
    @Nullable
    Long to;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {
                "A running gateway of this log, which records the export before the first file",
                "is written. Without, it is not recorded."
            })
    @Nullable
    URI url;

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the key of an auditor, for --url.")
    @Nullable
    Path tokenFile;

    @Override
    public Integer call() {
        ExportFormat wanted = ExportFormat.parse(format);
        try {
            say(export(wanted, gateway()), System.out);
            return CommandLine.ExitCode.OK;
        } catch (VerificationException broken) {
            System.out.println("BROKEN: " + broken.getMessage() + ".");
            return AuditCommand.BROKEN;
        }
    }

    private Export.Result export(ExportFormat wanted, Optional<RecordingGateway> gateway) {
        Function<ExportPlan, OptionalLong> record =
                plan -> gateway.map(recording -> OptionalLong.of(recording.record(plan)))
                        .orElseGet(OptionalLong::empty);
        try (ReadableLog log = ReadableLog.open(installation);
                LogSource source = log.source();
                Progress progress = Progress.onTerminal("exporting", 0)) {
            return new Export(source, log.keys(), ExportFolder.at(folder))
                    .run(wanted, Optional.ofNullable(from), Optional.ofNullable(to), record, (done, total) -> {
                        progress.of(total);
                        progress.at(done);
                    });
        }
    }

    private Optional<RecordingGateway> gateway() {
        return Optional.ofNullable(url)
                .map(gateway -> new RecordingGateway(
                        gateway,
                        LogLocation.token(Optional.ofNullable(tokenFile)
                                .orElseThrow(() -> new UnreadableLogException(
                                        "--url needs --token-file, a file with the key of an auditor")))));
    }

    private void say(Export.Result result, PrintStream out) {
        ExportPlan plan = result.plan();
        out.printf(
                "Exported entries [%d, %d) as %s to %s, of the checkpoint of size %d, root %s.%n",
                plan.from(),
                plan.to(),
                plan.format().text(),
                folder,
                plan.checkpoint().size(),
                plan.checkpoint().root());
        out.printf(
                "This run wrote %d entries%s.%n",
                result.written(), result.continued() ? ", continuing an earlier one" : "");
        if (result.skipped() > 0) {
            out.printf("%d entries were left out, as the format has no place for them.%n", result.skipped());
        }
        if (result.pruned() > 0) {
            out.printf("%d entries were deleted when their time was over; their hashes are kept.%n", result.pruned());
        }
        out.println(
                plan.recordedAt().isPresent()
                        ? "Recorded in the log as entry " + plan.recordedAt().getAsLong() + "."
                        : "This export is not recorded in the log; with --url it is.");
    }
}
