package dev.writ.gateway.precedent;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Ending;
import dev.writ.gateway.approval.Given;
import dev.writ.gateway.approval.Voice;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An escalation that has ended.
 *
 * @param outcome of the call, if it was carried out
 */
record Ended(Approval approval, Traits traits, Ending ending, Optional<String> outcome) {

    boolean isApproved() {
        return ending.state() == Approval.State.APPROVED;
    }

    boolean isRefused() {
        return ending.state() == Approval.State.REFUSED;
    }

    /** Who decided: everybody who approved, or whoever refused; nobody if its time ran out or the agent took it back. */
    Set<String> deciders() {
        if (isRefused()) {
            return Set.of(ending.by());
        }
        return isApproved()
                ? approval.given().stream().map(Given::approver).collect(Collectors.toCollection(TreeSet::new))
                : Set.of();
    }

    /** For which groups it was approved; those that were asked if it was not. */
    Set<String> groups() {
        return isApproved()
                ? approval.given().stream()
                        .flatMap(given -> given.voices().stream())
                        .map(Voice::group)
                        .collect(Collectors.toCollection(TreeSet::new))
                : new TreeSet<>(approval.escalation().groups());
    }

    @Override
    public String toString() {
        return "Ended[" + approval.call() + "]";
    }
}
