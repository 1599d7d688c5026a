package dev.writ.gateway.approval;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Party;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What was granted, as the entry of a grant says it. */
final class VoiceJson {

    private static final String STAKES = "stakes";
    private static final String APPROVALS = "approvals";
    private static final String FIRST = "first";

    private VoiceJson() {}

    static JsonArray of(List<Voice> voices) {
        return new JsonArray(voices.stream().<JsonValue>map(VoiceJson::of).toList());
    }

    private static JsonObject of(Voice voice) {
        JsonObject.Builder json = JsonObject.builder()
                .put("rule", voice.ask().rule())
                .put("group", voice.group())
                .put(FIRST, voice.first())
                .put(STAKES, stakes(voice.stakes()));
        voice.lent()
                .ifPresent(lent -> json.put("for", lent.lender())
                        .put("delegation", lent.delegation())
                        .put("forPerson", lent.person())
                        .put("forClient", lent.client()));
        if (voice.approvals() > 1) {
            json.put(APPROVALS, voice.approvals());
        }
        return json.build();
    }

    static JsonArray stakes(Collection<Party> stakes) {
        return JsonArray.ofTexts(stakes.stream().map(Party::text).sorted().toList());
    }

    /**
     * What an entry grants of what was asked. A rule may ask twice since an approver changed the call: each with a first group of its
     * own, by which a voice says what of it it answers. Older ones do not say so, and answer whatever asks their group.
     *
     * @param body of the entry; older ones say once which stakes the approver has, and not for each rule
     */
    static List<Voice> read(JsonObject body, Escalation escalation) {
        Set<Party> ofAll = stakes(body).orElse(Set.of());
        return body.array("grants").map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .flatMap(grant -> escalation.asks().stream()
                        .filter(ask -> grant.text("rule").equals(Optional.of(ask.rule()))
                                && grant.text(FIRST)
                                        .map(ask.requirement().group()::equals)
                                        .orElse(true)
                                && grant.text("group")
                                        .flatMap(ask.requirement()::after)
                                        .isPresent())
                        .map(ask -> read(grant, ask, ofAll)))
                .distinct()
                .toList();
    }

    private static Voice read(JsonObject grant, Ask ask, Set<Party> ofAll) {
        return new Voice(
                ask,
                grant.text("group").orElseThrow(),
                stakes(grant).orElse(ofAll),
                grant.text("for")
                        .map(lender -> new Voice.Lent(
                                grant.text("delegation").orElseThrow(),
                                lender,
                                grant.text("forPerson"),
                                grant.text("forClient").orElseThrow())),
                grant.number(APPROVALS).map(BigDecimal::intValueExact).orElse(1),
                grant.text(FIRST));
    }

    private static Optional<Set<Party>> stakes(JsonObject json) {
        return json.array(STAKES)
                .map(JsonArray::texts)
                .map(texts -> texts.stream().map(Party::parse).collect(Collectors.toSet()));
    }
}
