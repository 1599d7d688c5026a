package dev.writ.gateway.identity;

import dev.writ.model.Role;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A registered key: who holds it, how they prove that, and what it may do. All that it may do stands here: no token and no
 * certificate grants anything by itself.
 *
 * @param id public
 * @param principal whom it speaks for
 * @param roles none, for the bootstrap key
 * @param subjects pseudonyms of the persons it may act for
 * @param groups as whose member it may decide escalations; only with role {@code approver}
 * @param person pseudonym of the person who holds it, if they are known by another name than the principal's
 * @param tools that it may be used for
 * @param purpose what it is for; stands in for the task where there is no session
 */
record ApiKey(
        String id,
        String principal,
        Set<Role> roles,
        Set<String> subjects,
        Set<String> groups,
        Optional<String> person,
        ToolPatterns tools,
        Instant expiresAt,
        Optional<String> purpose,
        Proof proof) {

    ApiKey {
        roles = Collections.unmodifiableSet(new TreeSet<>(roles));
        subjects = Collections.unmodifiableSet(new TreeSet<>(subjects));
        groups = Collections.unmodifiableSet(new TreeSet<>(groups));
    }

    boolean isOpenedBy(PresentedKey presented) {
        return proof.fold(secret -> secret.isOpenedBy(presented), token -> false, certificate -> false);
    }

    /** The same, but for its end. */
    ApiKey endingAt(Instant end) {
        return end.isBefore(expiresAt)
                ? new ApiKey(id, principal, roles, subjects, groups, person, tools, end, purpose, proof)
                : this;
    }

    boolean isExpiredAt(Instant now) {
        return !now.isBefore(expiresAt);
    }

    Set<String> roleNames() {
        return roles.stream().map(Role::text).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The bootstrap key holds no role: it makes the first administrator's key, and nothing else. */
    boolean isBootstrap() {
        return principal.equals(Bootstrap.PRINCIPAL);
    }

    @Override
    public String toString() {
        return "ApiKey[" + id + ", " + principal + "]";
    }
}
