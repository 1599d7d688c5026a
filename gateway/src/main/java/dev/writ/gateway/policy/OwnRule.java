package dev.writ.gateway.policy;

import dev.writ.model.Decision;
import java.util.Arrays;

/**
 * The rule ids under which Writ itself decides, before any bundle is asked or in place of one. No bundle can use them. Each says what
 * such a decision tells of the bundles that decide, for those who compare them.
 */
public enum OwnRule {
    KEY_REVOKED("key-revoked", Tells.NOTHING, false),
    /** The key lists the tools that it may be used for, and this is none of them. */
    SCOPE("scope", Tells.NOTHING, false),
    KILL_SWITCH("kill-switch", Tells.NOTHING, false),
    TOOL_CHANGED("tool-changed", Tells.NOTHING, true),
    /** What the tool's server says of it is not what an operator has approved. */
    QUARANTINED("quarantined", Tells.NOTHING, false),
    POLICY_NOT_READY("policy-not-ready", Tells.NOTHING, true),
    NOT_APPROVED("not-approved", Tells.NOTHING, true),
    /** It goes on where an earlier call stopped to ask, and rules want people to approve it, who could not be shown what it brings along. */
    CONTINUATION("continuation", Tells.NOTHING, false),
    ERASED("erased", Tells.NOTHING, false),
    EXPECTATION("expectation", Tells.NOTHING, false),
    EVALUATION_FAILED("evaluation-failed", Tells.FAILURE, false),
    /** Rules oblige to what cannot be done; see {@link Decision#OBLIGATION}. */
    OBLIGATION("obligation", Tells.OPINION, false);

    private static final String PREFIX = "writ:";

    private final String id;
    private final Tells tells;
    private final boolean passing;

    /** What a decision tells of the bundles. */
    public enum Tells {
        /** What they say. */
        OPINION,
        /** That they could not be asked. */
        FAILURE,
        NOTHING
    }

    OwnRule(String name, Tells tells, boolean passing) {
        this.id = PREFIX + name;
        this.tells = tells;
        this.passing = passing;
    }

    public String id() {
        return id;
    }

    /** Whether that is a rule of Writ's, and of no bundle. */
    public static boolean isOwn(String rule) {
        return rule.startsWith(PREFIX);
    }

    /** What a verdict by that rule, of Writ's or of a bundle's, tells of the bundles. */
    public static Tells tells(String rule) {
        return !isOwn(rule)
                ? Tells.OPINION
                : Arrays.stream(values())
                        .filter(own -> own.id.equals(rule))
                        .findFirst()
                        .map(own -> own.tells)
                        .orElse(Tells.NOTHING);
    }

    /** Whether a call that it denies may be decided otherwise when it is submitted once more. */
    public static boolean isPassing(String rule) {
        return Arrays.stream(values()).anyMatch(own -> own.passing && own.id.equals(rule));
    }
}
