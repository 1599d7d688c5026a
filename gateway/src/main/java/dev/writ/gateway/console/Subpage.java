package dev.writ.gateway.console;

import dev.writ.model.Role;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A page beneath a section, as the line at its top lists them. Whoever has none of its roles is not shown it. */
enum Subpage {
    DELEGATIONS("Delegations", "/delegations"),
    REVIEWS("Reviews", "/reviews"),
    PASSKEYS("Passkeys", "/passkeys"),
    FIGURES("Figures of approvers", "/figures"),
    NOTIFICATIONS("Notifications", "/notifications"),
    PROPOSALS("Proposed rules", "/proposals");

    private final String title;
    private final String path;

    Subpage(String title, String path) {
        this.title = title;
        this.path = path;
    }

    public String title() {
        return title;
    }

    /** From the root of the host. */
    public String path() {
        return Console.ROOT + path;
    }

    /** Who may open it. */
    private Set<Role> roles() {
        return switch (this) {
            case DELEGATIONS -> Set.of(Role.APPROVER, Role.AUDITOR, Role.OPERATOR, Role.ADMIN);
            case REVIEWS -> Set.of(Role.REVIEWER, Role.AUDITOR, Role.OPERATOR);
            case PASSKEYS -> Set.of(Role.APPROVER, Role.REVIEWER, Role.AUDITOR, Role.ADMIN);
            case FIGURES -> Set.of(Role.APPROVER, Role.REVIEWER, Role.AUDITOR, Role.OPERATOR);
            case NOTIFICATIONS -> Set.of(Role.AUDITOR, Role.OPERATOR, Role.ADMIN);
            case PROPOSALS -> Set.of(Role.AUTHOR, Role.REVIEWER, Role.AUDITOR, Role.OPERATOR);
        };
    }

    /** Those that somebody with these roles is shown, in order. */
    static List<Subpage> of(Set<String> roles) {
        return Stream.of(values())
                .filter(page -> page.roles().stream().map(Role::text).anyMatch(roles::contains))
                .toList();
    }
}
