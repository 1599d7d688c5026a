package dev.writ.gateway.envelope;

import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whose calls of what an envelope is for, and which question of which rule it answers.
 *
 * @param agent that calls
 * @param subject pseudonym of the person it acts for, as in the entry's column
 * @param definition digest of the tool's definition
 * @param rule that escalates
 * @param ruleDigest of what that rule says: of another rule of the same name it answers nothing
 * @param group that is asked first
 * @param further groups that are asked later, each with the time from which on it may answer too
 * @param approvals how many of its members must consent
 */
record Target(
        String agent,
        String subject,
        ToolName tool,
        String definition,
        String rule,
        String ruleDigest,
        String group,
        Map<String, Instant> further,
        int approvals) {

    Target {
        further = Collections.unmodifiableMap(new TreeMap<>(further));
    }

    /** Whether that group may answer by then. */
    boolean isAsked(String member, Instant at) {
        return member.equals(group)
                || Optional.ofNullable(further.get(member))
                        .filter(from -> !at.isBefore(from))
                        .isPresent();
    }

    boolean isOf(String otherSubject, ToolDefinition other) {
        return subject.equals(otherSubject)
                && tool.equals(other.name())
                && definition.equals(other.digest().value());
    }
}
