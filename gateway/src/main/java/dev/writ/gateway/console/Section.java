package dev.writ.gateway.console;

import dev.writ.model.Role;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A part of the console, as its navigation lists them. Whoever has none of its roles is not shown it. */
enum Section {
    /** A page that belongs to none. */
    NONE("", ""),
    OVERVIEW("Overview", ""),
    APPROVALS("Approvals", "/approvals"),
    DECISIONS("Decisions", "/decisions"),
    POLICIES("Policies", "/policies"),
    TOOLS("Tools", "/tools"),
    AGENTS("Agents", "/agents"),
    LOG("Log", "/log");

    private final String title;
    private final String path;

    Section(String title, String path) {
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

    /** Who may open its first page. */
    private Set<Role> roles() {
        return switch (this) {
            case NONE -> Set.of();
            case OVERVIEW -> Set.of(Role.AUTHOR, Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.OPERATOR, Role.ADMIN);
            case APPROVALS -> Set.of(Role.APPROVER, Role.AUDITOR, Role.OPERATOR);
            case DECISIONS, LOG -> Set.of(Role.AUDITOR);
            case POLICIES, TOOLS -> Set.of(Role.AUTHOR, Role.REVIEWER, Role.AUDITOR, Role.OPERATOR);
            case AGENTS -> Set.of(Role.AUDITOR, Role.OPERATOR, Role.ADMIN);
        };
    }

    /** Those that somebody with these roles is shown, in order. */
    static List<Section> of(Set<String> roles) {
        return Stream.of(values())
                .filter(section -> section.roles().stream().map(Role::text).anyMatch(roles::contains))
                .toList();
    }
}
