package dev.writ.gateway.auditing;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Entry;
import io.smallrye.mutiny.Uni;
import java.util.Locale;
import java.util.Optional;

/** Whether witnesses outside of the installation have cosigned what was recorded, for operations that demand it. */
public interface Witnessing {

    /** What may be required to be witnessed. Configured in lower case. */
    enum Operation {
        /** An approval of a call: the answer to the approver, and the call's going on. */
        APPROVALS,
        /** Publishing a bundle, and what lets it decide or ends that: the answer. */
        BUNDLES,
        /** Making and revoking a key: the answer. */
        KEYS;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Which of them this entry is of. */
        static Optional<Operation> of(Entry entry) {
            return switch (entry.kind()) {
                case "APPROVAL_GRANTED", "APPROVAL_EDITED", "ENVELOPE_PROPOSED", "ENVELOPE_CONSENTED" ->
                    Optional.of(APPROVALS);
                case "BUNDLE_PUBLISHED",
                        "BUNDLE_APPROVED",
                        "BUNDLE_CANARY",
                        "BUNDLE_ACTIVATED",
                        "BUNDLE_DEACTIVATED",
                        "BUNDLE_ROLLED_BACK",
                        "BUNDLE_SCOPE" -> Optional.of(BUNDLES);
                case "KEY_REVOKED", "PASSKEY_REGISTERED", "PASSKEY_CONFIRMED", "PASSKEY_REVOKED" -> Optional.of(KEYS);
                // The bootstrap key works once. An answer that is held back would lock everybody out.
                case "KEY_CREATED" -> entry.body().text("spends").isPresent() ? Optional.empty() : Optional.of(KEYS);
                default -> Optional.empty();
            };
        }
    }

    /** Whether this may be relied on by now: it is witnessed, or need not be. */
    boolean allows(Operation operation, long index);

    /**
     * Completes as soon as whoever did this may be told so: at once, unless it must be witnessed first.
     *
     * @return fails with a {@link dev.writ.gateway.problem.Problem} if that takes too long; what was recorded stays recorded
     */
    Uni<Void> await(Operation operation, long index);

    /** The newest checkpoint that a quorum has cosigned, with what they said; empty without witnesses, or before there is one. */
    Optional<Checkpoint> newest();

    /** The size of the tree to prove an entry in: the newest witnessed one that holds it, or else the head's. */
    default long provableIn(long index, Checkpoint head) {
        return newest().map(Checkpoint::size).filter(size -> index < size).orElseGet(head::size);
    }

    /** Of an installation that requires nothing to be witnessed. */
    static Witnessing notRequired() {
        return new Witnessing() {
            @Override
            public boolean allows(Operation operation, long index) {
                return true;
            }

            @Override
            public Uni<Void> await(Operation operation, long index) {
                return Uni.createFrom().voidItem();
            }

            @Override
            public Optional<Checkpoint> newest() {
                return Optional.empty();
            }
        };
    }
}
