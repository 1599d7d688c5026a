package dev.writ.gateway.startup;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Entry;
import dev.writ.audit.Leaf;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.TlogProof;
import dev.writ.audit.VerificationException;
import dev.writ.audit.WitnessPolicy;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code writ audit check-proof}. */
@Command(
        name = "check-proof",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = AuditCommand.UNREADABLE,
        description = {
            "Checks a proof that 'writ audit prove' wrote, and prints the entry it proves. It needs",
            "the log's verifier key, and neither the log nor the network.",
            "Exit code 0 if the log has the entry, 1 if that is not proved, 3 if the file could not be read."
        })
final class AuditCheckProofCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The proof.")
    Path file = Path.of("");

    @Option(
            names = "--vkey",
            paramLabel = "KEY",
            required = true,
            converter = VerifierKeyOption.class,
            description = "Verifier key of the log, from whoever runs it. Again for each key the log has had.")
    List<LogVerifierKey> vkeys = new ArrayList<>();

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A c2sp.org/tlog-policy: its quorum of witnesses must have cosigned the proof's checkpoint.")
    @Nullable
    Path policy;

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        LogKeys keys = VerifierKeyOption.all(vkeys, spec.commandLine()).orElseThrow();
        Optional<WitnessPolicy> demanded = Optional.ofNullable(policy).map(PolicyFile::read);
        try {
            TlogProof proof = ProofFile.read(file);
            Checkpoint checkpoint = proof.verify(keys);
            if (demanded.isPresent() && !demanded.get().isMetBy(checkpoint.note())) {
                throw new VerificationException(
                        "its checkpoint does not have the cosignatures that the policy demands");
            }
            proof.leaf().ifPresent(leaf -> print(System.out, proof.index(), leaf, checkpoint));
            return CommandLine.ExitCode.OK;
        } catch (VerificationException wrong) {
            System.out.println("The proof is NOT good: " + wrong.getMessage() + ".");
            return AuditCommand.BROKEN;
        }
    }

    private static void print(PrintStream out, long index, Leaf leaf, Checkpoint checkpoint) {
        Entry entry = leaf.entry();
        out.printf(
                Locale.ROOT,
                "The proof is good: this is entry %d of %s, which then had %d entries.%n",
                index,
                checkpoint.origin(),
                checkpoint.size());
        line(out, "kind", entry.kind());
        line(out, "at", entry.at().toString());
        entry.columns().forEach((column, value) -> line(out, column.text(), value));
        line(out, "body", entry.body().toJson());
    }

    static void line(PrintStream out, String name, String value) {
        StringBuilder shown = new StringBuilder();
        // What an entry says is shown, and is not to command a terminal.
        value.codePoints()
                .forEach(point -> shown.append(
                        Character.isISOControl(point) || Character.getType(point) == Character.FORMAT
                                ? String.format(Locale.ROOT, "\\u%04x", point)
                                : Character.toString(point)));
        out.printf(Locale.ROOT, "%-8s %s%n", name, shown);
    }
}
