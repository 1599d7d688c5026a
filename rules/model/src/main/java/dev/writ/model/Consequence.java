package dev.writ.model;

/** What happens if a call that has to follow another one does not. */
public sealed interface Consequence {

    /** As rules write it. */
    String text();

    /** The agent is stopped by a kill switch of its own, until a person lifts it. */
    record Freeze() implements Consequence {
        @Override
        public String text() {
            return "freeze";
        }
    }

    /** People are told, and nothing else changes. */
    record Alert() implements Consequence {
        @Override
        public String text() {
            return "alert";
        }
    }

    /** Calls of that agent for that person that would be allowed wait for somebody of the group, until a person lifts it. */
    record Escalate(String group) implements Consequence {
        public Escalate {
            if (!Requirement.isGroup(group)) {
                throw new IllegalArgumentException("calls are escalated to a group");
            }
        }

        @Override
        public String text() {
            return "escalate";
        }
    }
}
