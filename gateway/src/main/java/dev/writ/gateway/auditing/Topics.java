package dev.writ.gateway.auditing;

import dev.writ.model.CallId;
import dev.writ.model.ToolName;

/** Names of what entries change and decisions read. Opaque, without personal data. */
public final class Topics {

    /** The active bundles. */
    public static final String POLICY = "policy";
    /** Kill switches of every scope. */
    public static final String KILL_SWITCH = "kill-switch";

    /** All calls. */
    public static final String CALLS = "calls";

    /** Operations on the log itself: holds, erasure, pruning. */
    public static final String OPERATIONS = "operations";

    private Topics() {}

    public static String identity(String agent, String pseudonym) {
        return "identity/" + agent + "/" + pseudonym;
    }

    /** The calls of all agents for one person. */
    public static String person(String pseudonym) {
        return "person/" + pseudonym;
    }

    /** The calls of one tool; {@link #tool} is about its definition. */
    public static String callsOf(ToolName name) {
        return CALLS + "/" + name;
    }

    public static String key(String id) {
        return "key/" + id;
    }

    /** The passkeys of a principal: which there are, and how often they have signed. */
    public static String passkeys(String principal) {
        return "passkeys/" + principal;
    }

    public static String agent(String name) {
        return "agent/" + name;
    }

    public static String connector(String name) {
        return "connector/" + name;
    }

    /** Where an agent's ended calls are reported to. */
    public static String webhook(String agent) {
        return "webhook/" + agent;
    }

    public static String tool(ToolName name) {
        return "tool/" + name;
    }

    /** An escalated call, from its opening to its end. */
    public static String approval(CallId call) {
        return "approval/" + call;
    }

    /** Groups that an approver has lent to another one. */
    public static String delegation(String id) {
        return "delegation/" + id;
    }

    /** What that principal has lent. */
    public static String delegationsOf(String lender) {
        return "delegations/" + lender;
    }

    /** What people approved of an agent beyond single calls, and the calls that rest on it. */
    public static String envelopes(String agent) {
        return "envelopes/" + agent;
    }

    /** Whether anything may be recorded under that subject key. */
    public static String subject(String subjectKey) {
        return "subject/" + subjectKey;
    }

    public static String session(String id) {
        return "session/" + id;
    }
}
