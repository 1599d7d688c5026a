package dev.writ.gateway.approval;

import java.util.Optional;
import java.util.Set;

/**
 * Which approvals to list.
 *
 * @param groups one of which must be asked; empty for whatever is asked
 */
record Filter(Approval.State state, Optional<String> agent, Optional<Set<String>> groups) {

    Filter {
        groups = groups.map(Set::copyOf);
    }
}
