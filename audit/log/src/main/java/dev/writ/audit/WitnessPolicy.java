package dev.writ.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which logs are trusted, which witnesses there are, and which of them must have cosigned a checkpoint.
 *
 * @param logs may be empty, if the log is known from elsewhere
 * @see <a href="https://c2sp.org/tlog-policy">C2SP tlog-policy</a>
 */
public record WitnessPolicy(List<Log> logs, List<Witness> witnesses, Quorum quorum) {

    /**
     * A log.
     *
     * @param key empty if it is of a type that cannot be verified here; then no checkpoint of that key counts
     */
    public record Log(String vkey, Optional<LogVerifierKey> key, Optional<String> url) {}

    /**
     * A witness.
     *
     * @param name in this policy; means nothing outside of it
     * @param key empty if it is of a type that cannot be verified here; then it never counts as having cosigned
     * @param url where it takes requests
     */
    public record Witness(String name, String vkey, Optional<CosignerKey> key, Optional<String> url) {}

    /** Who must have cosigned. */
    public sealed interface Quorum {

        boolean isMetBy(Predicate<Witness> hasCosigned);
    }

    /** Nobody. */
    record None() implements Quorum {
        @Override
        public boolean isMetBy(Predicate<Witness> hasCosigned) {
            return true;
        }
    }

    /** That witness. */
    record One(Witness witness) implements Quorum {
        @Override
        public boolean isMetBy(Predicate<Witness> hasCosigned) {
            return hasCosigned.test(witness);
        }
    }

    /** So many of these. */
    record Group(int threshold, List<Quorum> members) implements Quorum {

        Group {
            members = List.copyOf(members);
        }

        @Override
        public boolean isMetBy(Predicate<Witness> hasCosigned) {
            return members.stream()
                            .filter(member -> member.isMetBy(hasCosigned))
                            .count()
                    >= threshold;
        }
    }

    public WitnessPolicy {
        logs = List.copyOf(logs);
        witnesses = List.copyOf(witnesses);
    }

    /**
     * Reads a policy file.
     *
     * @param file as octets, as what is not ASCII in it has no meaning
     * @throws PolicyException if it is none, naming the first line that is wrong
     */
    public static WitnessPolicy parse(byte[] file) {
        return new WitnessPolicyParser().parse(file);
    }

    /** Whether any cosignature is asked for at all. */
    public boolean asksForWitnesses() {
        return !quorum.isMetBy(witness -> false);
    }

    /**
     * Whether a checkpoint is valid under this policy: signed by one of the logs, if any are listed, and cosigned by a quorum.
     * Signatures of other keys do not matter.
     *
     * @throws VerificationException if the note is none or not a checkpoint, or if a signature fails that names a key of this
     *     policy
     */
    public boolean isMetBy(String note) {
        Note parsed = Note.parse(note);
        CheckpointText head = CheckpointText.parseExtended(parsed.text());
        boolean isOfLog = logs.isEmpty()
                || logs.stream()
                                .flatMap(log -> log.key().stream())
                                .filter(key -> key.name().equals(head.origin()))
                                // Each is looked at, as one that fails spoils the note.
                                .filter(key -> key.hasSigned(parsed))
                                .toList()
                                .size()
                        > 0;
        Set<String> cosigned = new HashSet<>();
        for (Witness witness : witnesses) {
            if (witness.key().flatMap(key -> key.cosignature(parsed)).isPresent()) {
                cosigned.add(witness.name());
            }
        }
        return isOfLog && isMetBy(cosigned);
    }

    /** Whether these witnesses, by their names in this policy, are a quorum. */
    public boolean isMetBy(Set<String> cosigned) {
        Set<String> names = Collections.unmodifiableSet(cosigned);
        return quorum.isMetBy(witness -> names.contains(witness.name()));
    }

    /** The witnesses that can be asked: of a known type, with a URL. */
    public List<Witness> askable() {
        List<Witness> askable = new ArrayList<>();
        for (Witness witness : witnesses) {
            if (witness.key().isPresent() && witness.url().isPresent()) {
                askable.add(witness);
            }
        }
        return askable;
    }
}
