package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Role;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a new key is to be.
 *
 * <p>A key is either a program's (roles {@code agent}, {@code application}, {@code reporter}) or a person's (all others), never
 * both: whoever takes over an agent's host must not find a role there that governs the agent. An administrator can still give
 * any role to any principal, also to itself; that it did is in the log, and what needs two persons compares principals, not keys.
 *
 * <p>A {@code reporter} key lists no subjects, and may say of any agent's call for any person what became of it.
 *
 * @param subjects pseudonyms of the persons it may act for; only a program acts for others
 * @param groups as whose member it decides escalations; an approver's key lists at least one, no other key any
 * @param person pseudonym of the person who holds it; only a person's key says so
 * @param tools that it may be used for; only an agent's key says so
 * @param proof somebody else's signature; if there is none, Writ makes a secret
 */
record KeyRequest(
        PrincipalName principal,
        Set<Role> roles,
        Set<String> subjects,
        Set<String> groups,
        Optional<String> person,
        ToolPatterns tools,
        Duration lifetime,
        Optional<String> purpose,
        Optional<Proof> proof) {

    private static final Set<Role> OF_PROGRAMS = EnumSet.of(Role.AGENT, Role.APPLICATION, Role.REPORTER);

    KeyRequest {
        roles = Set.copyOf(roles);
        subjects = Set.copyOf(subjects);
        groups = Set.copyOf(groups);
        if (roles.isEmpty()) {
            throw new Problem(ProblemType.MALFORMED, "'roles' names at least one role.");
        }
        if (!OF_PROGRAMS.containsAll(roles) && roles.stream().anyMatch(OF_PROGRAMS::contains)) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "A program's key has the roles agent, application or reporter, a person's key the others. Make two keys.");
        }
        if (!subjects.isEmpty() && !actsForOthers(roles)) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "Only a key with role agent or application acts for others. Leave out 'subjects'.");
        }
        if (roles.contains(Role.APPROVER) == groups.isEmpty()) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "A key with role approver lists the 'groups' it decides for, one at least; no other key lists any.");
        }
        if (person.isPresent() && roles.stream().anyMatch(OF_PROGRAMS::contains)) {
            throw new Problem(ProblemType.UNPROCESSABLE, "A program's key is no person's. Leave out 'person'.");
        }
        if (!tools.patterns().isEmpty() && !roles.contains(Role.AGENT)) {
            throw new Problem(ProblemType.UNPROCESSABLE, "Only a key with role agent calls tools. Leave out 'tools'.");
        }
        if (isPersons(roles) && proof.filter(KeyRequest::isSharedWithOthers).isPresent()) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "Everybody who uses the client, or every agent that acts for the person, would hold a person's key. Name both:"
                            + " 'token.client', which the person logs in to, and 'token.subject'.");
        }
        if (!actsForOthers(roles) && proof.filter(KeyRequest::standsForAny).isPresent()) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "Only a key with role agent or application acts for others. Leave out 'token.standsForAny'.");
        }
    }

    /** Whether the principal must be a registered agent. */
    boolean needsAgent() {
        return actsForOthers(roles);
    }

    boolean has(Role role) {
        return roles.contains(role);
    }

    /** Whether roles are a person's. */
    static boolean isPersons(Set<Role> roles) {
        return !OF_PROGRAMS.containsAll(roles);
    }

    private static boolean isSharedWithOthers(Proof proof) {
        return proof.fold(
                secret -> false,
                token -> token.client().isEmpty() || token.subject().isEmpty(),
                certificate -> false);
    }

    private static boolean standsForAny(Proof proof) {
        return proof.fold(secret -> false, Proof.Token::standsForAny, certificate -> false);
    }

    private static boolean actsForOthers(Set<Role> roles) {
        return roles.contains(Role.AGENT) || roles.contains(Role.APPLICATION);
    }
}
