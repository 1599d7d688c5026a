package dev.writ.gateway.approval;

import java.time.Instant;
import java.util.Optional;

/**
 * What an approver asks the agent before they decide. What the agent says to it is the word of an agent.
 *
 * @param index of the entry that asks
 * @param by the approver
 * @param question absent once it was erased
 * @param answered absent until the agent has answered
 */
public record Clarification(long index, String by, Optional<String> question, Instant at, Optional<Answered> answered) {

    /**
     * What the agent answered.
     *
     * @param answer absent once it was erased
     */
    public record Answered(Optional<String> answer, Instant at) {

        @Override
        public String toString() {
            return "Answered";
        }
    }

    Clarification with(Answered answer) {
        return new Clarification(index, by, question, at, Optional.of(answer));
    }

    public boolean isOpen() {
        return answered.isEmpty();
    }

    @Override
    public String toString() {
        return "Clarification[" + index + "]";
    }
}
