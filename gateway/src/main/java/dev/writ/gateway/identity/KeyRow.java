package dev.writ.gateway.identity;

import dev.writ.gateway.auditing.GovernedRow;
import dev.writ.model.Role;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A key as the database has it. Roles, subjects and groups are words, separated by blanks. */
@Entity
@Table(name = "api_key")
class KeyRow extends GovernedRow {

    @Id
    String id = "";

    String principal = "";

    @Column(name = "secret_hash")
    byte[] secretHash = {};

    String roles = "";

    String subjects = "";

    String groups = "";

    /** A pseudonym, or nothing. */
    String person = "";

    @Column(name = "expires_at")
    Instant expiresAt = Instant.EPOCH;

    String purpose = "";

    /** JSON; nothing if the holder knows a secret. */
    String proof = "";

    String tools = "";

    boolean revoked;

    /** What this row says the key is; to be compared with what its entry says. */
    boolean says(ApiKey key) {
        return id.equals(key.id())
                && principal.equals(key.principal())
                && HexFormat.of().formatHex(secretHash).equals(ProofJson.secretHash(key.proof()))
                && proof.equals(ProofJson.row(key.proof()))
                && tools.equals(joined(key.tools().patterns().stream()))
                && roles.equals(joined(key.roles().stream().map(Role::text)))
                && subjects.equals(joined(key.subjects().stream()))
                && groups.equals(joined(key.groups().stream()))
                && person.equals(key.person().orElse(""))
                && expiresAt.equals(key.expiresAt())
                && purpose.equals(key.purpose().orElse(""));
    }

    Set<String> roleNames() {
        return words(roles);
    }

    Set<String> subjectPseudonyms() {
        return words(subjects);
    }

    Set<String> groupNames() {
        return words(groups);
    }

    static String joined(Stream<String> words) {
        return words.sorted().collect(Collectors.joining(" "));
    }

    Set<String> toolPatterns() {
        return words(tools);
    }

    private static Set<String> words(String joined) {
        return Stream.of(joined.split(" ", -1)).filter(word -> !word.isEmpty()).collect(Collectors.toUnmodifiableSet());
    }
}
