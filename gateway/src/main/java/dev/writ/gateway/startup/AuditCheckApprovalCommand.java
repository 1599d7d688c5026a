package dev.writ.gateway.startup;

import dev.writ.audit.Entry;
import dev.writ.audit.Leaf;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.SignedApproval;
import dev.writ.audit.SignedStatement;
import dev.writ.audit.TlogProof;
import dev.writ.audit.VerificationException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code writ audit check-approval}. */
@Command(
        name = "check-approval",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = AuditCommand.UNREADABLE,
        description = {
            "Checks that a call was approved with a passkey, from proofs that 'writ audit prove' wrote:",
            "of the approval, of the decision that made the call wait and of what changed the call since,",
            "and of the entries that register and confirm the passkey; and, if it was signed for somebody else,",
            "of the entry that makes the delegation. It needs the log's verifier key, and neither the log nor the network.",
            "What no file says it does not know: that the delegation ended, or that the call was changed later.",
            "Exit code 0 if all of it is proved, 1 if it is not, 3 if a file could not be read."
        })
final class AuditCheckApprovalCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "The proofs, in any order; others are checked and ignored.")
    List<Path> files = new ArrayList<>();

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

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        LogKeys keys = VerifierKeyOption.all(vkeys, spec.commandLine()).orElseThrow();
        try {
            NavigableMap<Long, Entry> proved = new TreeMap<>();
            for (Path file : files) {
                TlogProof proof = ProofFile.read(file);
                proof.verify(keys);
                proof.leaf().map(Leaf::entry).ifPresent(entry -> proved.put(proof.index(), entry));
            }
            check(proved);
            return CommandLine.ExitCode.OK;
        } catch (VerificationException wrong) {
            System.out.println("The approval is NOT proved: " + wrong.getMessage() + ".");
            return AuditCommand.BROKEN;
        }
    }

    private static void check(NavigableMap<Long, Entry> proved) {
        List<Map.Entry<Long, Entry>> granted = proved.entrySet().stream()
                .filter(entry -> entry.getValue().kind().equals(SignedApproval.GRANTED)
                        && SignedStatement.passkey(entry.getValue()).isPresent())
                .toList();
        if (granted.isEmpty()) {
            throw new VerificationException("no file proves an approval that was signed");
        }
        for (Map.Entry<Long, Entry> entry : granted) {
            SignedApproval approval = SignedApproval.of(entry.getValue());
            SignedStatement signed = approval.signed();
            requireAbout(proved, entry.getKey(), approval);
            approval.requireRegistered(
                    signed.registered(), required(proved, signed.registered(), "the entry that registers the passkey"));
            approval.requireConfirmed(
                    signed.confirmed(), required(proved, signed.confirmed(), "the entry that confirms the passkey"));
            for (String delegation : approval.delegations()) {
                requireLent(proved, entry.getKey(), approval, delegation);
            }
            requireNotVoid(proved, entry.getKey(), approval);
        }
        granted.forEach(entry -> print(System.out, entry.getKey(), SignedApproval.of(entry.getValue())));
    }

    private static void requireAbout(NavigableMap<Long, Entry> proved, long index, SignedApproval approval) {
        List<Entry> before = List.copyOf(proved.headMap(index, false).values());
        if (before.stream().noneMatch(approval::isDecision)) {
            throw new VerificationException(
                    "no file proves the decision that made the call wait; 'writ audit prove CALL --all' writes it");
        }
        try {
            approval.requireAbout(before);
        } catch (VerificationException wrong) {
            throw new VerificationException(
                    wrong.getMessage() + " (all that changed the call has to be there: 'writ audit prove CALL --all')",
                    wrong);
        }
    }

    /** The approval says by which delegation, and not where that is. */
    private static void requireLent(
            NavigableMap<Long, Entry> proved, long index, SignedApproval approval, String delegation) {
        NavigableMap<Long, Entry> before = proved.headMap(index, false);
        approval.requireLent(before.values().stream()
                .filter(entry -> SignedApproval.isDelegation(entry, delegation))
                .findFirst()
                .orElseThrow(() -> new VerificationException("the approval in entry " + index
                        + " was signed for somebody else, and no file proves delegation " + delegation
                        + "; 'writ audit prove INDEX' of its DELEGATION_CREATED entry writes it")));
        before.forEach((at, entry) -> {
            if (SignedApproval.endsDelegation(entry, delegation)) {
                throw new VerificationException("delegation " + delegation + ", by which the approval in entry " + index
                        + " was signed, had ended with entry " + at);
            }
        });
    }

    private static void requireNotVoid(NavigableMap<Long, Entry> proved, long index, SignedApproval approval) {
        proved.tailMap(index, false).forEach((at, entry) -> {
            if (approval.isVoidedBy(entry)) {
                throw new VerificationException(
                        "the approval in entry " + index
                                + " is void: somebody changed the call in entry " + at
                                + ", and what was approved before counts no more. Without its proof the other files are checked");
            }
        });
    }

    private static Entry required(Map<Long, Entry> proved, long index, String what) {
        return Optional.ofNullable(proved.get(index))
                .orElseThrow(() -> new VerificationException("no file proves " + what + ", which is entry " + index
                        + "; 'writ audit prove " + index + "' writes it"));
    }

    private static void print(PrintStream out, long index, SignedApproval approval) {
        SignedStatement signed = approval.signed();
        out.printf(Locale.ROOT, "The approval in entry %d is signed, by a passkey that counted.%n", index);
        AuditCheckProofCommand.line(out, "passkey", signed.key().id());
        AuditCheckProofCommand.line(out, "origin", signed.assertion().origin());
        AuditCheckProofCommand.line(out, "signed", signed.statement().toJson());
        approval.delegations()
                .forEach(delegation -> AuditCheckProofCommand.line(out, "lent by", delegation + ", as proved"));
    }
}
