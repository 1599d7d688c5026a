package dev.writ.gateway.envelope;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.writ.gateway.approval.Voice;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An envelope as it is shown.
 *
 * @param state {@code proposed}, {@code live}, {@code used}, {@code expired} or {@code revoked}
 * @param call that it was made from
 * @param subject pseudonym of the person that the agent acts for; {@code -} if nobody
 * @param definition digest of the tool's definition
 * @param ruleDigest of what the rule said: it answers no other
 * @param used how many calls have rested on it; of one that has ended it may be 0 in a list
 * @param arguments that calls must have, but for those that are bounded; absent in lists, and once they were erased
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record EnvelopeJson(
        String id,
        String state,
        String agent,
        String subject,
        String tool,
        String definition,
        String call,
        String rule,
        String ruleDigest,
        String group,
        int approvals,
        List<Consented> consents,
        int uses,
        int used,
        Instant at,
        Instant until,
        Optional<JsonObject> arguments,
        Optional<JsonArray> bounds,
        Optional<Revoked> revoked) {

    /**
     * A consent.
     *
     * @param lender for whom the approver stood, if not for themselves
     * @param group as whose member
     * @param index of the entry
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Consented(
            String approver, @JsonProperty("for") Optional<String> lender, String group, long index, Instant at) {}

    /** Its end before its time. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Revoked(String by, Instant at, Optional<String> reason) {}

    static EnvelopeJson of(Envelope envelope, Instant now) {
        Target target = envelope.target();
        return new EnvelopeJson(
                envelope.id(),
                envelope.stateAt(now).text(),
                target.agent(),
                target.subject(),
                target.tool().value(),
                target.definition(),
                envelope.call(),
                target.rule(),
                target.ruleDigest(),
                target.group(),
                target.approvals(),
                envelope.consents().stream()
                        .map(consent -> new Consented(
                                consent.approver(),
                                consent.lent().map(Voice.Lent::lender),
                                consent.group(),
                                consent.index(),
                                consent.at()))
                        .toList(),
                envelope.uses(),
                envelope.used(),
                envelope.at(),
                envelope.until(),
                envelope.terms().map(Terms::arguments),
                envelope.terms().map(Terms::boundsJson),
                envelope.revoked().map(end -> new Revoked(end.by(), end.at(), end.reason())));
    }
}
