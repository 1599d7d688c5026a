package dev.writ.gateway.startup;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.TileProver;
import dev.writ.audit.TileSource;
import dev.writ.audit.TlogProof;
import dev.writ.audit.UnreadableLogException;
import dev.writ.audit.VerificationException;
import dev.writ.audit.postgres.PostgresTileSource;
import dev.writ.gateway.export.ExportFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

/** {@code writ audit prove}. */
@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = AuditCommand.UNREADABLE,
        description = {
            "Writes a proof that an entry is in the log: a c2sp.org/tlog-proof that carries the",
            "entry itself, so that 'writ audit check-proof' needs nothing but the log's key.",
            "Exit code 3 if the log could not be read or has no such entry."
        })
final class AuditProveCommand implements Callable<Integer> {

    private static final String EXTENSION = ".tlog-proof";

    @Mixin
    Installation installation = new Installation();

    @Parameters(
            paramLabel = "CALL|INDEX",
            description = "Id of a call, whose last decision is proved, or index of an entry.")
    String what = "";

    @Option(names = "--all", description = "Prove every entry of the call.")
    boolean all;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write; with --all the folder. Default: <index>" + EXTENSION + " in this folder")
    @Nullable
    Path out;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Prove from the log of that gateway, such as https://writ.example/log; by INDEX also from the"
                    + " folder of an export. Default: the database of this installation")
    @Nullable
    String url;

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the key of an auditor, for a URL.")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--vkey",
            paramLabel = "KEY",
            converter = VerifierKeyOption.class,
            description =
                    "Verifier key of the log, to check proofs with as they are made; again for each key the log has"
                            + " had. Default: those of this installation, if it has any")
    List<LogVerifierKey> vkeys = new ArrayList<>();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Optional<LogKeys> given = VerifierKeyOption.all(vkeys, spec.commandLine());
        String logUrl = url;
        if (logUrl != null) {
            TileSource source = LogLocation.of(logUrl, Optional.ofNullable(tokenFile));
            Checkpoint head = source.checkpoint();
            for (long index : index().map(List::of).orElseGet(() -> ofCall(logUrl))) {
                write(index, TileProver.of(source, head), given);
            }
            return CommandLine.ExitCode.OK;
        }
        try (ExistingDatabase database = ExistingDatabase.open(installation);
                PostgresTileSource source = PostgresTileSource.open(database.reader())) {
            Optional<LogKeys> keys = given.or(installation::logKeys);
            for (long index : index().map(List::of).orElseGet(() -> ofCall(source))) {
                write(index, TileProver.of(source, source.checkpointFor(index)), keys);
            }
            return CommandLine.ExitCode.OK;
        }
    }

    private Optional<Long> index() {
        if (!what.matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        if (all) {
            throw usage("--all is for a call");
        }
        return Optional.of(Long.parseLong(what));
    }

    private List<Long> ofCall(PostgresTileSource source) {
        List<Long> found = requireFound(source.entriesOf(what, !all));
        return all ? found : found.subList(found.size() - 1, found.size());
    }

    private List<Long> ofCall(String logUrl) {
        CallAtUrl call = CallAtUrl.of(logUrl, Optional.ofNullable(tokenFile), what);
        return requireFound(all ? call.all() : call.lastDecision());
    }

    private List<Long> requireFound(List<Long> found) {
        if (found.isEmpty()) {
            throw new UnreadableLogException("the log has no " + (all ? "entry" : "decision")
                    + " of such a call; give the id that the gateway answered with, or an index");
        }
        return found;
    }

    private void write(long index, TileProver prover, Optional<LogKeys> keys) throws IOException {
        TlogProof proof = prove(index, prover);
        keys.ifPresent(trusted -> check(proof, trusted));
        Path file = file(index);
        Path target = file.toAbsolutePath().normalize();
        ExportFolder folder = ExportFolder.at(target.resolveSibling("."));
        folder.write(target.getFileName().toString(), proof.toText().getBytes(StandardCharsets.UTF_8));
        folder.flush();
        System.out.println(file);
    }

    private static TlogProof prove(long index, TileProver prover) {
        try {
            return prover.prove(index);
        } catch (IllegalArgumentException | VerificationException notThere) {
            throw new UnreadableLogException(String.valueOf(notThere.getMessage()), notThere);
        }
    }

    private static void check(TlogProof proof, LogKeys keys) {
        try {
            proof.verify(keys);
        } catch (VerificationException wrong) {
            throw new UnreadableLogException(
                    "the log does not prove entry " + proof.index() + ": " + wrong.getMessage()
                            + "; run 'writ audit verify'",
                    wrong);
        }
    }

    private Path file(long index) throws IOException {
        Path name = Path.of(index + EXTENSION);
        if (out == null) {
            return name;
        }
        return all ? Files.createDirectories(out).resolve(name) : out;
    }

    private CommandLine.ParameterException usage(String problem) {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return new CommandLine.ParameterException(spec.commandLine(), problem);
    }
}
