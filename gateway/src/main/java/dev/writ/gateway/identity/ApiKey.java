package dev.writ.gateway.identity;

import dev.writ.model.Digest;
import dev.writ.model.Role;
import io.quarkus.security.credential.Credential;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A registered key: who holds it, and what it may do. The secret itself is known to its holder only.
 *
 * @param id public
 * @param principal whom it speaks for
 * @param roles none, for the bootstrap key
 * @param subjects pseudonyms of the persons it may act for
 * @param groups as whose member it may decide escalations; only with role {@code approver}
 * @param person pseudonym of the person who holds it, if they are known by another name than the principal's
 * @param purpose what it is for; stands in for the task where there is no session
 * @param secretHash SHA-256 of the secret
 */
record ApiKey(
        String id,
        String principal,
        Set<Role> roles,
        Set<String> subjects,
        Set<String> groups,
        Optional<String> person,
        Instant expiresAt,
        Optional<String> purpose,
        Digest secretHash)
        implements Credential {

    ApiKey {
        roles = Collections.unmodifiableSet(new TreeSet<>(roles));
        subjects = Collections.unmodifiableSet(new TreeSet<>(subjects));
        groups = Collections.unmodifiableSet(new TreeSet<>(groups));
    }

    /** Whether the presented key has this key's secret. Takes the same time whatever is wrong with it. */
    boolean isOpenedBy(PresentedKey presented) {
        return MessageDigest.isEqual(secretHash.bytes(), presented.secretHash().bytes());
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
