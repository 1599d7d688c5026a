package dev.writ.audit.postgres;

import dev.writ.audit.VerificationException;
import dev.writ.audit.WitnessPolicy;
import java.util.Optional;

/** Verifies a witness's cosignature. */
@FunctionalInterface
public interface CosignatureCheck {

    /** For whoever has no witness's key. */
    CosignatureCheck NONE = (note, line) -> Optional.empty();

    /** By the keys of the witnesses that a policy knows. */
    static CosignatureCheck of(WitnessPolicy policy) {
        return (note, line) -> {
            try {
                policy.isMetBy(note + line + "\n");
                return Optional.empty();
            } catch (VerificationException notVerified) {
                return Optional.of(String.valueOf(notVerified.getMessage()));
            }
        };
    }

    /**
     * Holds a cosignature against the checkpoint it is for.
     *
     * @param note of the checkpoint, without cosignatures
     * @param line as in a signed note, well-formed and without its newline; of whatever witness
     * @return what is wrong, in a sentence; empty if nothing is, or the witness is not known
     */
    Optional<String> wrong(String note, String line);
}
