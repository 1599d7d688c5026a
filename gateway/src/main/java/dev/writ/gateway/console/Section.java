package dev.writ.gateway.console;

import dev.writ.model.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A part of the console: those at the top are what its navigation lists, the others stand beneath one of them and in the line that pages
 * beneath have at their top. Whoever has none of its roles is not shown it.
 */
enum Section {
    /** A page that belongs to none. */
    NONE("", ""),
    OVERVIEW("Overview", ""),
    APPROVALS("Approvals", "/approvals"),
    DECISIONS("Decisions", "/decisions"),
    POLICIES("Policies", "/policies"),
    TOOLS("Tools", "/tools"),
    AGENTS("Agents", "/agents"),
    LOG("Log", "/log"),
    ENVELOPES("Envelopes", "/envelopes", APPROVALS),
    DELEGATIONS("Delegations", "/delegations", APPROVALS),
    REVIEWS("Reviews", "/reviews", APPROVALS),
    PASSKEYS("Passkeys", "/passkeys", APPROVALS),
    FIGURES("Figures of approvers", "/figures", APPROVALS),
    NOTIFICATIONS("Notifications", "/notifications", APPROVALS),
    PROPOSALS("Proposed rules", "/proposals", POLICIES);

    private final String title;
    private final String path;
    private final Optional<Section> parent;

    Section(String title, String path) {
        this(title, path, Optional.empty());
    }

    Section(String title, String path, Section parent) {
        this(title, path, Optional.of(parent));
    }

    Section(String title, String path, Optional<Section> parent) {
        this.title = title;
        this.path = path;
        this.parent = parent;
    }

    public String title() {
        return title;
    }

    /** From the root of the host. */
    public String path() {
        return Console.ROOT + path;
    }

    /** The one that the navigation lists for it. */
    public Section top() {
        return parent.orElse(this);
    }

    /** Who may open its first page. */
    private Set<Role> roles() {
        return switch (this) {
            case NONE -> Set.of();
            case OVERVIEW -> Set.of(Role.AUTHOR, Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.OPERATOR, Role.ADMIN);
            case APPROVALS -> Set.of(Role.APPROVER, Role.AUDITOR, Role.OPERATOR);
            case DECISIONS, LOG -> Set.of(Role.AUDITOR);
            case POLICIES, TOOLS, PROPOSALS -> Set.of(Role.AUTHOR, Role.REVIEWER, Role.AUDITOR, Role.OPERATOR);
            case AGENTS, NOTIFICATIONS -> Set.of(Role.AUDITOR, Role.OPERATOR, Role.ADMIN);
            case ENVELOPES, DELEGATIONS -> Set.of(Role.APPROVER, Role.AUDITOR, Role.OPERATOR, Role.ADMIN);
            case REVIEWS -> Set.of(Role.REVIEWER, Role.AUDITOR, Role.OPERATOR);
            case PASSKEYS -> Set.of(Role.APPROVER, Role.REVIEWER, Role.AUDITOR, Role.ADMIN);
            case FIGURES -> Set.of(Role.APPROVER, Role.REVIEWER, Role.AUDITOR, Role.OPERATOR);
        };
    }

    /** Those at the top that somebody with these roles is shown, in order. */
    static List<Section> of(Set<String> roles) {
        return shown(roles).filter(section -> section.parent.isEmpty()).toList();
    }

    /** Those beneath others that somebody with these roles is shown, in order. */
    static List<Section> beneath(Set<String> roles) {
        return shown(roles).filter(section -> section.parent.isPresent()).toList();
    }

    private static Stream<Section> shown(Set<String> roles) {
        return Stream.of(values())
                .filter(section -> section.roles().stream().map(Role::text).anyMatch(roles::contains));
    }
}
