package dev.writ.gateway.demo;

import dev.writ.model.JsonObject;
import java.util.Optional;

/**
 * One call of the scenario, and what has to come of it.
 *
 * @param title what the agent is after
 * @param key the client's own key of the call
 */
record Step(String title, String tool, JsonObject arguments, String key, Expected expected) {

    /** The same call once more, for another purpose. */
    Step titled(String other) {
        return new Step(other, tool, arguments, key, expected);
    }

    JsonObject submission(String session, String onBehalfOf) {
        return JsonObject.builder()
                .put("key", key)
                .put("tool", tool)
                .put("arguments", arguments)
                .put("session", session)
                .put("onBehalfOf", onBehalfOf)
                .put("mode", "execute")
                .build();
    }

    @Override
    public String toString() {
        return "Step[" + title + "]";
    }

    /** What has to come of a call. An empty rule means that no rule spoke. */
    record Expected(int status, String decision, String rule, String outcome) {

        static Expected allowedBy(String rule) {
            return new Expected(200, "allow", rule, "succeeded");
        }

        static Expected deniedBy(String rule) {
            return new Expected(403, "deny", rule, "not sent");
        }

        static Expected waitingBecauseOf(String rule) {
            return new Expected(202, "escalate", rule, "waits");
        }

        /** @param outcome {@code refused} or {@code expired} */
        static Expected notApproved(String rule, String outcome) {
            return new Expected(200, "escalate", rule, outcome);
        }

        static Expected malformed() {
            return new Expected(400, "refused", "", "not sent");
        }

        /** How what was seen differs, if it does. */
        Optional<String> difference(Seen seen) {
            Expected actual = new Expected(seen.status(), seen.decision(), seen.rule(), seen.outcome());
            return equals(actual) ? Optional.empty() : Optional.of("expected " + this + ", saw " + actual);
        }

        @Override
        public String toString() {
            return status + " " + decision + (rule.isEmpty() ? "" : " by '" + rule + "'") + ", " + outcome;
        }
    }
}
