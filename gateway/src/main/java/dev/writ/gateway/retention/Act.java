package dev.writ.gateway.retention;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What an operation does once somebody else has confirmed it. */
sealed interface Act {

    /** Kinds of entries that may be pruned. Every other kind is needed to know what the gateway was told, and stays. */
    List<String> PRUNABLE = List.of(
            "ABANDONED",
            "APPROVAL_ANSWERED",
            "APPROVAL_ASKED",
            "APPROVAL_EDITED",
            "APPROVAL_EDIT_REFUSED",
            "APPROVAL_EXPIRED",
            "APPROVAL_GRANTED",
            "APPROVAL_RAISED",
            "APPROVAL_REFUSED",
            "APPROVAL_SUMMARISED",
            "APPROVAL_VIEWED",
            "APPROVAL_WITHDRAWN",
            "AUDIT_READ",
            "DECIDED",
            "EXECUTED",
            "EXPORT",
            "POLICY_COMPARED",
            "REJECTED_INPUT",
            "REHEARSAL_ENDED",
            "REHEARSED",
            "REPEATED",
            "REPORTED",
            "STARTED");

    <R> R fold(
            Function<Erase, R> erase, Function<Prune, R> prune, Function<Hold, R> hold, Function<Release, R> release);

    /** In one word, as callers write it. */
    default String text() {
        return fold(erase -> "erase", prune -> "prune", hold -> "hold", release -> "release");
    }

    /** What it is about, if it is about somebody. */
    default Optional<String> subjectKey() {
        return fold(
                erase -> Optional.of(erase.subject()),
                prune -> Optional.empty(),
                Hold::subject,
                release -> Optional.empty());
    }

    /** Whether a hold of that kind stops it. */
    default boolean isStoppedBy(Hold hold) {
        return fold(
                erase -> hold.subject().isEmpty()
                        || hold.subject().filter(erase.subject()::equals).isPresent(),
                // Whose entries are among those that go is not looked up: any hold keeps all of them.
                prune -> true,
                other -> false,
                release -> false);
    }

    /**
     * Whoever weakens what is kept is an administrator. A hold takes nothing away, and is for those who review as well.
     *
     * @return roles of which its proposer and its confirmer need one
     */
    default Set<String> roles() {
        return fold(
                erase -> Set.of("admin"),
                prune -> Set.of("admin"),
                hold -> Set.of("admin", "auditor"),
                release -> Set.of("admin", "auditor"));
    }

    /** Destroys the key and the inputs of a subject. */
    record Erase(String subject) implements Act {
        @Override
        public <R> R fold(
                Function<Erase, R> erase,
                Function<Prune, R> prune,
                Function<Hold, R> hold,
                Function<Release, R> release) {
            return erase.apply(this);
        }
    }

    /** Deletes the entries of {@link #PRUNABLE} kinds below that index. */
    record Prune(long below) implements Act {
        @Override
        public <R> R fold(
                Function<Erase, R> erase,
                Function<Prune, R> prune,
                Function<Hold, R> hold,
                Function<Release, R> release) {
            return prune.apply(this);
        }
    }

    /**
     * Keeps everything that is there from being erased or pruned.
     *
     * @param subject whose records; empty for everybody's
     */
    record Hold(Optional<String> subject) implements Act {
        @Override
        public <R> R fold(
                Function<Erase, R> erase,
                Function<Prune, R> prune,
                Function<Hold, R> hold,
                Function<Release, R> release) {
            return hold.apply(this);
        }
    }

    /** Ends the hold of that id. */
    record Release(String hold) implements Act {
        @Override
        public <R> R fold(
                Function<Erase, R> erase,
                Function<Prune, R> prune,
                Function<Hold, R> hold,
                Function<Release, R> release) {
            return release.apply(this);
        }
    }
}
